/*
 * Text from strangers (papers, people, models) as it may stand in a prompt or
 * in results: one line, without controls, direction marks and invisible
 * characters, which say one thing to a reader and another to a program.
 */

#ifndef CLEAN_H
#define CLEAN_H


#include <stddef.h>

#include "paperal_buf.h"


/* Appends s as one line of at most max code points. */
void clean_line(paperal_buf_t *b, const char *s, size_t len, size_t max);

/*
 * Appends s as data of a prompt: one line in which no two "<" or ">"
 * stand side by side, so it holds no delimiter of a block.
 */
void clean_data(paperal_buf_t *b, const char *s, size_t len);


#endif /* CLEAN_H */
