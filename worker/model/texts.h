/*
 * The texts of worker/prompts/ and worker/schemas/, compiled in.
 *
 * A prompt file begins with the lines "id NAME" and "version N" and an empty
 * line; the rest is the prompt, with {names} of what is put in.  words.txt
 * holds what the adapter says in its own words: "key language text" lines.
 * A mistake in them is a mistake of ours and ends the process.
 */

#ifndef TEXTS_H
#define TEXTS_H


#include <cjson/cJSON.h>
#include <stddef.h>

#include "lexicon.h"
#include "paperal_buf.h"
#include "paperal_sha256.h"


#define TEXTS_MAX_VERSION  16


typedef struct {
    const char  *id;
    const char  *file;         /* all bytes, for the hash */
    size_t       size;
    const char  *text;         /* behind the head */
    size_t       len;
    char         version[TEXTS_MAX_VERSION];
} texts_prompt_t;

/* The schema of a call's answer. */
typedef struct {
    const char  *name;         /* "paperal_risks_v1" */
    const char  *text;         /* JSON */
    cJSON       *json;
} texts_schema_t;


/* The prompt of that id ("risks", "system"); lives as long as the process. */
const texts_prompt_t *texts_prompt(const char *id);

/*
 * Appends a prompt; "{name}" is replaced by value.  name may be NULL: then
 * nothing is replaced.
 */
void texts_append(paperal_buf_t *b, const texts_prompt_t *prompt,
    const char *name, const char *value);

/* The adapter's own word for a key in a language. */
const char *texts_word(lexicon_lang_e lang, const char *key);

/*
 * The schema for a set of stages (bits of engine_stages[]): a stage's own, or
 * for several one flat object whose keys are "stage__key", which stays inside
 * five levels and 100 properties.  Built once, never freed.
 */
const texts_schema_t *texts_schema(unsigned stages);


#endif /* TEXTS_H */
