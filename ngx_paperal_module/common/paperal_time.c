/*
 * RFC 3339 times and publication dates, in the proleptic Gregorian calendar.
 */

#include "paperal_time.h"

#include <stdio.h>
#include <string.h>

#include "paperal_error.h"


#define TIME_SECOND     1000000LL
#define TIME_DAY        86400LL
#define TIME_ERA_DAYS   146097     /* 400 years */
#define TIME_ERA_SHIFT  719468     /* days from 0000-03-01 to 1970-01-01 */

#define TIME_MIN        (-62135596800LL * TIME_SECOND)       /* 0001-01-01 */
#define TIME_MAX        (253402300800LL * TIME_SECOND - 1)   /* end of 9999 */


typedef struct {
    const char  *pos;
    const char  *end;
} time_text_t;


static int
time_month_days(int year, int month)
{
    static const int  days[] = {
        31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
    };

    if (month == 2 && year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)) {
        return 29;
    }

    return days[month - 1];
}


/*
 * Days since 1970-01-01.  Years begin in March, so that the leap day is the
 * last one; 153 is the number of days in five months from there on.
 */
static int64_t
time_days(int year, int month, int day)
{
    int64_t  era, year_of_era, day_of_year;

    year -= month <= 2;
    era = year / 400;
    year_of_era = year - era * 400;
    day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5
                  + day - 1;

    return era * TIME_ERA_DAYS + year_of_era * 365 + year_of_era / 4
           - year_of_era / 100 + day_of_year - TIME_ERA_SHIFT;
}


/* The inverse, for days from year 0 on. */
static void
time_civil(int64_t days, int *year, int *month, int *day)
{
    int64_t  era, day_of_era, year_of_era, day_of_year, m;

    days += TIME_ERA_SHIFT;
    era = days / TIME_ERA_DAYS;
    day_of_era = days - era * TIME_ERA_DAYS;
    year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524
                   - day_of_era / 146096) / 365;
    day_of_year = day_of_era
                  - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    m = (5 * day_of_year + 2) / 153;

    *day = (int) (day_of_year - (153 * m + 2) / 5 + 1);
    *month = (int) (m < 10 ? m + 3 : m - 9);
    *year = (int) (year_of_era + era * 400 + (*month <= 2));
}


/* Reads exactly n digits; -1 if there are fewer. */
static int
time_number(time_text_t *t, int n)
{
    int  value;

    if (t->end - t->pos < n) {
        return -1;
    }

    for (value = 0; n > 0; n--, t->pos++) {
        if (*t->pos < '0' || *t->pos > '9') {
            return -1;
        }

        value = value * 10 + (*t->pos - '0');
    }

    return value;
}


/* Skips one of the characters of set; returns it, or 0 for another. */
static char
time_skip(time_text_t *t, const char *set)
{
    if (t->pos == t->end || *t->pos == '\0' || strchr(set, *t->pos) == NULL) {
        return 0;
    }

    return *t->pos++;
}


/* "YYYY-MM-DD" as days. */
static int
time_read_date(time_text_t *t, int64_t *days)
{
    int  year, month, day;

    year = time_number(t, 4);
    if (year < 1 || !time_skip(t, "-")) {
        return PAPERAL_ERROR;
    }

    month = time_number(t, 2);
    if (month < 1 || month > 12 || !time_skip(t, "-")) {
        return PAPERAL_ERROR;
    }

    day = time_number(t, 2);
    if (day < 1 || day > time_month_days(year, month)) {
        return PAPERAL_ERROR;
    }

    *days = time_days(year, month, day);

    return PAPERAL_OK;
}


/* "HH:MM:SS[.fraction]" as microseconds. */
static int
time_read_clock(time_text_t *t, int64_t *usec)
{
    int      hour, minute, second, digits;
    int64_t  fraction;

    hour = time_number(t, 2);
    if (hour < 0 || hour > 23 || !time_skip(t, ":")) {
        return PAPERAL_ERROR;
    }

    minute = time_number(t, 2);
    if (minute < 0 || minute > 59 || !time_skip(t, ":")) {
        return PAPERAL_ERROR;
    }

    second = time_number(t, 2);
    if (second < 0 || second > 60) {
        return PAPERAL_ERROR;
    }

    fraction = 0;

    if (time_skip(t, ".")) {
        for (digits = 0; t->pos < t->end && *t->pos >= '0' && *t->pos <= '9';
             digits++, t->pos++)
        {
            if (digits < 6) {
                fraction = fraction * 10 + (*t->pos - '0');
            }
        }

        if (digits == 0) {
            return PAPERAL_ERROR;
        }

        for ( /* void */ ; digits < 6; digits++) {
            fraction *= 10;
        }
    }

    *usec = ((hour * 60 + minute) * 60 + second) * TIME_SECOND
            + (second < 60 ? fraction : 0);

    return PAPERAL_OK;
}


/* "Z" or "+HH:MM" as seconds east of UTC. */
static int
time_read_offset(time_text_t *t, int64_t *seconds)
{
    int   hour, minute;
    char  sign;

    if (time_skip(t, "Zz")) {
        *seconds = 0;
        return PAPERAL_OK;
    }

    sign = time_skip(t, "+-");
    if (sign == 0) {
        return PAPERAL_ERROR;
    }

    hour = time_number(t, 2);
    if (hour < 0 || hour > 23 || !time_skip(t, ":")) {
        return PAPERAL_ERROR;
    }

    minute = time_number(t, 2);
    if (minute < 0 || minute > 59) {
        return PAPERAL_ERROR;
    }

    *seconds = (hour * 60 + minute) * 60 * (sign == '-' ? -1 : 1);

    return PAPERAL_OK;
}


int
paperal_time_parse(const char *s, size_t len, int64_t *usec)
{
    int64_t      days, clock, offset, time;
    time_text_t  t;

    t.pos = s;
    t.end = s + len;

    if (time_read_date(&t, &days) != PAPERAL_OK || !time_skip(&t, "Tt ")
        || time_read_clock(&t, &clock) != PAPERAL_OK
        || time_read_offset(&t, &offset) != PAPERAL_OK || t.pos != t.end)
    {
        return PAPERAL_ERROR;
    }

    time = (days * TIME_DAY - offset) * TIME_SECOND + clock;

    if (time < TIME_MIN || time > TIME_MAX) {
        return PAPERAL_ERROR;
    }

    *usec = time;

    return PAPERAL_OK;
}


size_t
paperal_time_format(char out[PAPERAL_TIME_SIZE], int64_t usec)
{
    int      year, month, day, second, fraction, n, m;
    int64_t  days, rest;

    if (usec < TIME_MIN || usec > TIME_MAX) {
        out[0] = '\0';
        return 0;
    }

    /* counted from year 1, where nothing is negative */
    rest = usec - TIME_MIN;
    days = rest / (TIME_DAY * TIME_SECOND);
    rest %= TIME_DAY * TIME_SECOND;
    second = (int) (rest / TIME_SECOND);
    fraction = (int) (rest % TIME_SECOND);

    time_civil(days + TIME_MIN / TIME_SECOND / TIME_DAY, &year, &month, &day);

    n = snprintf(out, PAPERAL_TIME_SIZE, "%04d-%02d-%02dT%02d:%02d:%02d",
                 year, month, day, second / 3600, second / 60 % 60,
                 second % 60);

    m = fraction == 0
        ? snprintf(out + n, PAPERAL_TIME_SIZE - n, "Z")
        : fraction % 1000 == 0
        ? snprintf(out + n, PAPERAL_TIME_SIZE - n, ".%03dZ", fraction / 1000)
        : snprintf(out + n, PAPERAL_TIME_SIZE - n, ".%06dZ", fraction);

    return (size_t) (n + m);
}


int
paperal_date_is_valid(const char *s, size_t len)
{
    int          month;
    int64_t      days;
    time_text_t  t;

    t.pos = s;
    t.end = s + len;

    if (len == 10) {
        return time_read_date(&t, &days) == PAPERAL_OK;
    }

    if (time_number(&t, 4) < 1) {
        return 0;
    }

    if (len == 4) {
        return 1;
    }

    if (len != 7 || !time_skip(&t, "-")) {
        return 0;
    }

    month = time_number(&t, 2);

    return month >= 1 && month <= 12;
}
