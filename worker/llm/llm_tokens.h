/*
 * Counts tokens as OpenAI's o200k_base does, from a file of ranks made at
 * build time; without it, bytes / 3.3.
 */

#ifndef LLM_TOKENS_H
#define LLM_TOKENS_H


#include <stddef.h>
#include <stdint.h>


#define LLM_TOKENS_MAX_PIECE  512      /* bytes merged as one */


/* Maps the file, shared and read-only.  -1: none, counts are estimates. */
int llm_tokens_open(const char *path);

/* Tokens of len bytes of UTF-8. */
int64_t llm_tokens_count(const char *text, size_t len);

/* "o200k_base" or "bytes/3.3". */
const char *llm_tokens_name(void);


#endif /* LLM_TOKENS_H */
