/*
 * Words that headings are made of, in English and Chinese, and their roles.
 */

#ifndef EXTRACT_ROLES_H
#define EXTRACT_ROLES_H


typedef enum {
    ROLE_OTHER = 0,
    ROLE_TITLE,
    ROLE_ABSTRACT,
    ROLE_KEYWORDS,
    ROLE_INTRODUCTION,
    ROLE_BACKGROUND,
    ROLE_RELATED_WORK,
    ROLE_METHODS,
    ROLE_RESULTS,
    ROLE_DISCUSSION,
    ROLE_CONCLUSION,
    ROLE_LIMITATIONS,
    ROLE_FUTURE_WORK,
    ROLE_ACKNOWLEDGEMENTS,
    ROLE_FUNDING,
    ROLE_CONFLICT,
    ROLE_DATA,
    ROLE_CODE,
    ROLE_CONTRIBUTIONS,
    ROLE_ETHICS,
    ROLE_APPENDIX,
    ROLE_REFERENCES,
    ROLE_MAX
} role_e;


/* The role's name in the output. */
const char *roles_name(role_e role);

/*
 * The role of a heading without its number; *exact is 1 where the whole
 * heading is a known one (then it is a heading whatever its type), 0 where
 * only words of it are.
 */
role_e roles_find(const char *title, int *exact);

/* Labels of article types and journal furniture that are never titles. */
int roles_is_label(const char *text);

/* A line that looks like a publisher's or journal's, not an author's. */
int roles_is_banner(const char *text);

/* Words of affiliations: "University", "Department", 大学 ... */
int roles_is_affiliation(const char *text);


#endif /* EXTRACT_ROLES_H */
