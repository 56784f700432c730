/*
 * The error codes of the HTTP contract and of unreadable papers, each written
 * once: the enums, the tables and the lookups all come from the two maps.
 *
 * PAPERAL_OK (0) and PAPERAL_ERROR (-1) are also what the other functions of
 * this library return where a header does not name codes of its own.
 */

#ifndef PAPERAL_ERROR_H
#define PAPERAL_ERROR_H


#include <stddef.h>


/* X(code, HTTP status, default message) */
#define PAPERAL_ERROR_MAP(X)                                                  \
    X(MALFORMED_REQUEST,             400, "the request is not well-formed")   \
    X(VALIDATION_ERROR,              422, "the request is not valid")         \
    X(AUTH_REQUIRED,                 401, "authentication is required")       \
    X(AUTH_INVALID_CREDENTIALS,      401, "the credentials are not valid")    \
    X(AUTH_TOKEN_EXPIRED,            401, "the token has expired")            \
    X(AUTH_INSUFFICIENT_PERMISSIONS, 403, "permission denied")                \
    X(ACCOUNT_DISABLED,              403, "the account is disabled")          \
    X(SUBSCRIPTION_REQUIRED,         402, "the plan lacks this feature")      \
    X(QUOTA_EXCEEDED,                402, "the plan's quota is used up")      \
    X(BUDGET_EXCEEDED,               402, "the budget does not suffice")      \
    X(RESOURCE_NOT_FOUND,            404, "not found")                        \
    X(METHOD_NOT_ALLOWED,            405, "the method is not allowed")        \
    X(RESOURCE_ALREADY_EXISTS,       409, "it exists already")                \
    X(CONFLICT,                      409, "not possible in this state")       \
    X(IDEMPOTENCY_KEY_REUSED,        409,                                     \
      "the idempotency key was used with another request")                    \
    X(RESOURCE_GONE,                 410, "no longer available")              \
    X(PRECONDITION_FAILED,           412, "it has been changed meanwhile")    \
    X(PAYLOAD_TOO_LARGE,             413, "the request body is too large")    \
    X(UNSUPPORTED_MEDIA_TYPE,        415, "the media type is not supported")  \
    X(RATE_LIMIT_EXCEEDED,           429, "too many requests")                \
    X(SERVER_ERROR,                  500, "internal error")                   \
    X(SERVICE_UNAVAILABLE,           503, "temporarily unavailable")          \
    X(GATEWAY_TIMEOUT,               504, "the operation took too long")


/* X(code, message for the user): why a paper has failed */
#define PAPERAL_PAPER_ERROR_MAP(X)                                            \
    X(NOT_A_PDF,          "the file is not a PDF document")                   \
    X(PDF_ENCRYPTED,      "the document is protected by a password")          \
    X(PDF_DAMAGED,        "the document is damaged or has no pages")          \
    X(PDF_TOO_COMPLEX,    "the document exceeds a limit of time, memory, "    \
                          "pages or text")                                    \
    X(NO_TEXT_LAYER,      "the document contains no readable text")           \
    X(EXTRACTION_CRASHED, "the document could not be processed")


#define PAPERAL_E_ENUM(code, status, message)  PAPERAL_E_##code,
#define PAPERAL_PAPER_E_ENUM(code, message)    PAPERAL_PAPER_##code,

typedef enum {
    PAPERAL_ERROR = -1,
    PAPERAL_OK = 0,
    PAPERAL_ERROR_MAP(PAPERAL_E_ENUM)
    PAPERAL_E_END
} paperal_error_e;

typedef enum {
    PAPERAL_PAPER_OK = 0,
    PAPERAL_PAPER_ERROR_MAP(PAPERAL_PAPER_E_ENUM)
    PAPERAL_PAPER_END
} paperal_paper_error_e;

#undef PAPERAL_E_ENUM
#undef PAPERAL_PAPER_E_ENUM


typedef struct {
    const char  *name;         /* "QUOTA_EXCEEDED" */
    const char  *message;
    int          status;       /* HTTP status; 0 for a paper's error */
} paperal_error_t;


/*
 * The entry of a code, PAPERAL_E_SERVER_ERROR's for anything that is not one
 * (0 and PAPERAL_ERROR included).  Never NULL; static memory.
 */
const paperal_error_t *paperal_error_get(int code);

/* The PAPERAL_E_... of a name in upper case, or PAPERAL_OK if there is none. */
int paperal_error_find(const char *name, size_t len);

/*
 * The same two for papers: an unknown code gives EXTRACTION_CRASHED's entry,
 * an unknown name PAPERAL_PAPER_OK.
 */
const paperal_error_t *paperal_paper_error_get(int code);
int paperal_paper_error_find(const char *name, size_t len);


#endif /* PAPERAL_ERROR_H */
