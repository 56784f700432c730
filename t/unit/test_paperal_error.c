/*
 * The error codes: the numbers of the contract, and the lookups.
 */

#include "paperal_error.h"

#include "test.h"


static void
test_contract(void)
{
    int     code;
    size_t  i;

    static const struct {
        const char  *name;
        int          status;
    } contract[] = {
        { "MALFORMED_REQUEST", 400 },
        { "VALIDATION_ERROR", 422 },
        { "AUTH_REQUIRED", 401 },
        { "AUTH_INVALID_CREDENTIALS", 401 },
        { "AUTH_TOKEN_EXPIRED", 401 },
        { "AUTH_INSUFFICIENT_PERMISSIONS", 403 },
        { "ACCOUNT_DISABLED", 403 },
        { "SUBSCRIPTION_REQUIRED", 402 },
        { "QUOTA_EXCEEDED", 402 },
        { "BUDGET_EXCEEDED", 402 },
        { "RESOURCE_NOT_FOUND", 404 },
        { "METHOD_NOT_ALLOWED", 405 },
        { "RESOURCE_ALREADY_EXISTS", 409 },
        { "CONFLICT", 409 },
        { "IDEMPOTENCY_KEY_REUSED", 409 },
        { "RESOURCE_GONE", 410 },
        { "PRECONDITION_FAILED", 412 },
        { "PAYLOAD_TOO_LARGE", 413 },
        { "UNSUPPORTED_MEDIA_TYPE", 415 },
        { "RATE_LIMIT_EXCEEDED", 429 },
        { "SERVER_ERROR", 500 },
        { "SERVICE_UNAVAILABLE", 503 },
        { "GATEWAY_TIMEOUT", 504 }
    };

    test_int(PAPERAL_E_END - 1, test_count(contract), "no code is missing");

    for (i = 0; i < test_count(contract); i++) {
        code = paperal_error_find(contract[i].name, strlen(contract[i].name));
        test_ok(code > PAPERAL_OK && code < PAPERAL_E_END, "%s is found",
                contract[i].name);
        test_str(paperal_error_get(code)->name, contract[i].name,
                 "by its name");
        test_int(paperal_error_get(code)->status, contract[i].status,
                 "with its status");
        test_ok(paperal_error_get(code)->message[0] != '\0',
                "and a message");
    }
}


static void
test_papers(void)
{
    int     code;
    size_t  i;

    static const char  *names[] = {
        "NOT_A_PDF", "PDF_ENCRYPTED", "PDF_DAMAGED", "PDF_TOO_COMPLEX",
        "NO_TEXT_LAYER", "EXTRACTION_CRASHED"
    };

    test_int(PAPERAL_PAPER_END - 1, test_count(names), "no code is missing");

    for (i = 0; i < test_count(names); i++) {
        code = paperal_paper_error_find(names[i], strlen(names[i]));
        test_int(code, (long long) i + 1, "%s is found", names[i]);
        test_str(paperal_paper_error_get(code)->name, names[i],
                 "by its name");
        test_ok(paperal_paper_error_get(code)->message[0] != '\0',
                "with a message");
    }
}


static void
test_unknown(void)
{
    size_t  i;

    static const char  *names[] = {
        "", "CONFLIC", "CONFLICTS", "conflict", "SERVER_ERROR "
    };
    static const int    codes[] = { PAPERAL_ERROR, PAPERAL_OK, PAPERAL_E_END,
                                    12345, -12345 };

    for (i = 0; i < test_count(names); i++) {
        test_int(paperal_error_find(names[i], strlen(names[i])), PAPERAL_OK,
                 "\"%s\" is no error", names[i]);
        test_int(paperal_paper_error_find(names[i], strlen(names[i])),
                 PAPERAL_PAPER_OK, "nor a paper's");
    }

    for (i = 0; i < test_count(codes); i++) {
        test_str(paperal_error_get(codes[i])->name, "SERVER_ERROR",
                 "%d is an internal error", codes[i]);
        test_str(paperal_paper_error_get(codes[i])->name,
                 "EXTRACTION_CRASHED", "or a crash");
    }
}


int
main(void)
{
    test_contract();
    test_papers();
    test_unknown();

    return test_done();
}
