/*
 * The tables behind the two error maps.
 */

#include "paperal_error.h"

#include <string.h>


#define ERROR_ROW(code, status, message)  { #code, message, status },
#define PAPER_ROW(code, message)          { #code, message, 0 },


static const paperal_error_t  errors[] = {
    { "", "", 0 },
    PAPERAL_ERROR_MAP(ERROR_ROW)
};

static const paperal_error_t  paper_errors[] = {
    { "", "", 0 },
    PAPERAL_PAPER_ERROR_MAP(PAPER_ROW)
};


static int
find_name(const paperal_error_t *table, int end, const char *name, size_t len)
{
    int  i;

    for (i = 1; i < end; i++) {
        if (strlen(table[i].name) == len
            && memcmp(table[i].name, name, len) == 0)
        {
            return i;
        }
    }

    return 0;
}


const paperal_error_t *
paperal_error_get(int code)
{
    if (code <= PAPERAL_OK || code >= PAPERAL_E_END) {
        code = PAPERAL_E_SERVER_ERROR;
    }

    return &errors[code];
}


int
paperal_error_find(const char *name, size_t len)
{
    return find_name(errors, PAPERAL_E_END, name, len);
}


const paperal_error_t *
paperal_paper_error_get(int code)
{
    if (code <= PAPERAL_PAPER_OK || code >= PAPERAL_PAPER_END) {
        code = PAPERAL_PAPER_EXTRACTION_CRASHED;
    }

    return &paper_errors[code];
}


int
paperal_paper_error_find(const char *name, size_t len)
{
    return find_name(paper_errors, PAPERAL_PAPER_END, name, len);
}
