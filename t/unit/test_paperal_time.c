/*
 * RFC 3339 and publication dates.
 */

#include "paperal_time.h"
#include "paperal_error.h"

#include "test.h"


#define SECOND  1000000LL
#define DAY     (86400 * SECOND)


static void
test_parse(void)
{
    size_t   i;
    int64_t  usec;

    static const struct {
        const char  *s;
        int64_t      usec;
        const char  *back;     /* NULL: refused */
    } cases[] = {
        { "1970-01-01T00:00:00Z", 0, "1970-01-01T00:00:00Z" },
        { "2026-01-31T12:00:00Z", 1769860800 * SECOND,
          "2026-01-31T12:00:00Z" },
        { "2026-01-31t12:00:00z", 1769860800 * SECOND,
          "2026-01-31T12:00:00Z" },
        { "2026-01-31 20:00:00+08:00", 1769860800 * SECOND,
          "2026-01-31T12:00:00Z" },
        { "2026-01-31T06:30:00.5-05:30", 1769860800 * SECOND + SECOND / 2,
          "2026-01-31T12:00:00.500Z" },
        { "1969-12-31T23:59:59.999999Z", -1,
          "1969-12-31T23:59:59.999999Z" },
        { "2000-02-29T00:00:00.000001Z", 951782400 * SECOND + 1,
          "2000-02-29T00:00:00.000001Z" },
        { "2000-02-29T00:00:00.1234567890123456789012345678901Z",
          951782400 * SECOND + 123456, "2000-02-29T00:00:00.123456Z" },
        { "2016-12-31T23:59:60Z", 1483228800 * SECOND,
          "2017-01-01T00:00:00Z" },
        { "2016-12-31T23:59:60.9Z", 1483228800 * SECOND,
          "2017-01-01T00:00:00Z" },
        { "0001-01-01T00:00:00Z", -62135596800 * SECOND,
          "0001-01-01T00:00:00Z" },
        { "9999-12-31T23:59:59.999999Z", 253402300800 * SECOND - 1,
          "9999-12-31T23:59:59.999999Z" },
        { "2026-01-31T12:00:00-00:00", 1769860800 * SECOND,
          "2026-01-31T12:00:00Z" },

        { "", 0, NULL },
        { "2026-01-31", 0, NULL },
        { "2026-01-31T12:00:00", 0, NULL },
        { "2026-01-31T12:00Z", 0, NULL },
        { "2026-01-31T12:00:00ZZ", 0, NULL },
        { "2026-01-31T12:00:00Z ", 0, NULL },
        { " 2026-01-31T12:00:00Z", 0, NULL },
        { "2026-1-31T12:00:00Z", 0, NULL },
        { "2026-13-01T12:00:00Z", 0, NULL },
        { "2026-00-01T12:00:00Z", 0, NULL },
        { "2026-04-31T12:00:00Z", 0, NULL },
        { "2026-02-29T12:00:00Z", 0, NULL },
        { "1900-02-29T12:00:00Z", 0, NULL },
        { "2026-01-00T12:00:00Z", 0, NULL },
        { "0000-01-01T12:00:00Z", 0, NULL },
        { "2026-01-31T24:00:00Z", 0, NULL },
        { "2026-01-31T12:60:00Z", 0, NULL },
        { "2026-01-31T12:00:61Z", 0, NULL },
        { "2026-01-31T12:00:00.Z", 0, NULL },
        { "2026-01-31T12:00:00,5Z", 0, NULL },
        { "2026-01-31T12:00:00+0800", 0, NULL },
        { "2026-01-31T12:00:00+24:00", 0, NULL },
        { "2026-01-31T12:00:00+08:60", 0, NULL },
        { "2026-01-31T12:00:00+08", 0, NULL },
        { "20260131T120000Z", 0, NULL },
        { "+026-01-31T12:00:00Z", 0, NULL },
        { "-001-01-31T12:00:00Z", 0, NULL },
        { "0001-01-01T00:00:00+01:00", 0, NULL },
        { "9999-12-31T23:59:59-01:00", 0, NULL },
        { "9999-12-31T23:59:60Z", 0, NULL }
    };

    char  out[PAPERAL_TIME_SIZE];

    for (i = 0; i < test_count(cases); i++) {
        usec = 4711;
        test_int(paperal_time_parse(cases[i].s, strlen(cases[i].s), &usec),
                 cases[i].back ? PAPERAL_OK : PAPERAL_ERROR, "\"%s\"",
                 cases[i].s);

        if (cases[i].back == NULL) {
            test_int(usec, 4711, "is not read");
            continue;
        }

        test_int(usec, cases[i].usec, "is the right moment");
        test_int((long long) paperal_time_format(out, usec),
                 (long long) strlen(cases[i].back), "its length");
        test_str(out, cases[i].back, "its text");
    }

    test_int(paperal_time_parse("2026-01-31T12:00:00\0", 20, &usec),
             PAPERAL_ERROR, "a zero byte is no zone");
}


/* Every day of the calendar, by counting. */
static void
test_every_day(void)
{
    int      year, month, day, days;
    char     want[40], out[PAPERAL_TIME_SIZE];
    int64_t  usec, back;

    static const int  lengths[] = {
        31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31
    };

    usec = -62135596800 * SECOND;

    for (year = 1; year <= 9999; year++) {
        for (month = 1; month <= 12; month++) {
            days = lengths[month - 1]
                   + (month == 2 && year % 4 == 0
                      && (year % 100 != 0 || year % 400 == 0));

            /* the first and the last of every month, all days of some years */
            for (day = 1; day <= days; day++, usec += DAY) {
                if (day > 1 && day < days && year % 400 > 4) {
                    continue;
                }

                snprintf(want, sizeof(want), "%04d-%02d-%02dT00:00:00Z",
                         year, month, day);

                if (paperal_time_format(out, usec) != 20
                    || strcmp(out, want) != 0
                    || paperal_time_parse(out, 20, &back) != PAPERAL_OK
                    || back != usec)
                {
                    test_diag("%s: %s", want, out);
                    test_ok(0, "the calendar");
                    return;
                }
            }
        }
    }

    test_ok(1, "the calendar of 9999 years");
}


static void
test_range(void)
{
    char  out[PAPERAL_TIME_SIZE];

    test_int((long long) paperal_time_format(out, INT64_MAX), 0,
             "too late a time");
    test_str(out, "", "has no text");
    test_int((long long) paperal_time_format(out, INT64_MIN), 0,
             "too early a time");
    test_int((long long) paperal_time_format(out, 253402300800 * SECOND), 0,
             "the year 10000");
    test_int((long long) paperal_time_format(out, 1000), 24,
             "a millisecond has three digits");
    test_str(out, "1970-01-01T00:00:00.001Z", "as text");
}


static void
test_dates(void)
{
    size_t  i;

    static const struct {
        const char  *s;
        int          valid;
    } cases[] = {
        { "2024", 1 }, { "2024-12", 1 }, { "2024-02-29", 1 }, { "0001", 1 },
        { "", 0 }, { "24", 0 }, { "20244", 0 }, { "0000", 0 }, { "2024-", 0 },
        { "2024-1", 0 }, { "2024-00", 0 }, { "2024-13", 0 }, { "2024/12", 0 },
        { "2024-12-", 0 }, { "2024-12-1", 0 }, { "2023-02-29", 0 },
        { "2024-04-31", 0 }, { "2024-12-01T", 0 }, { "20x4", 0 },
        { "2024-1x", 0 }, { "-024", 0 }
    };

    for (i = 0; i < test_count(cases); i++) {
        test_int(paperal_date_is_valid(cases[i].s, strlen(cases[i].s)),
                 cases[i].valid, "date \"%s\"", cases[i].s);
    }
}


int
main(void)
{
    test_parse();
    test_every_day();
    test_range();
    test_dates();

    return test_done();
}
