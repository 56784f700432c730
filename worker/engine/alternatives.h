/*
 * Names of methods, systems and products that comparing sentences hold the
 * work against ("outperforms LASSO", "compared with ResNet-50").
 */

#ifndef ALTERNATIVES_H
#define ALTERNATIVES_H


#include "view.h"


#define ALTERNATIVES_MAX       6
#define ALTERNATIVES_MAX_NAME  64


typedef struct {
    char                    name[ALTERNATIVES_MAX_NAME];
    int                     times;
    const view_sentence_t  *vs;
} alternative_t;


/* Writes at most ALTERNATIVES_MAX to list; returns their number. */
size_t alternatives_find(const view_t *v, alternative_t *list);


#endif /* ALTERNATIVES_H */
