/*
 * Names of persons.
 */

#ifndef EXTRACT_NAMES_H
#define EXTRACT_NAMES_H


/*
 * Two to six words with capitals ("Sven A. van der Burg"), or two to five
 * Han characters; none of them a word of titles and affiliations.
 */
int names_is_name(const char *name);

/* Two to five Han characters, perhaps with a gap or a middle dot. */
int names_is_cjk(const char *name);

/* "PhD", "MD", "Jr": what follows names behind a comma. */
int names_is_degree(const char *word);


#endif /* EXTRACT_NAMES_H */
