/*
 * Times of the contract: RFC 3339, as microseconds since 1970-01-01 UTC (what
 * PostgreSQL resolves), years 0001..9999; and dates of publication, which may
 * lack the day or the month.  No local time anywhere.
 */

#ifndef PAPERAL_TIME_H
#define PAPERAL_TIME_H


#include <stddef.h>
#include <stdint.h>


#define PAPERAL_TIME_SIZE  28    /* "2026-01-31T12:00:00.123456Z" and '\0' */


/*
 * Reads an RFC 3339 time with any offset into *usec; digits after the sixth
 * of a fraction are cut off, a leap second counts as the next one's start.
 * PAPERAL_ERROR, and *usec unchanged, for anything else.
 */
int paperal_time_parse(const char *s, size_t len, int64_t *usec);

/*
 * Writes the time in UTC, with a fraction (milliseconds or microseconds) only
 * if there is one.  Returns the length, 0 for a year out of range (writes "").
 */
size_t paperal_time_format(char out[PAPERAL_TIME_SIZE], int64_t usec);

/* 1 if s is YYYY, YYYY-MM or YYYY-MM-DD and such a day exists. */
int paperal_date_is_valid(const char *s, size_t len);


#endif /* PAPERAL_TIME_H */
