/*
 * A push parser of multipart/form-data (RFC 7578), fed with the body in
 * pieces of any size.  Data of parts are passed on from the caller's piece at
 * once; nothing is kept but a possible beginning of the boundary and the
 * header block of the part at hand.
 *
 *     rc = paperal_multipart_boundary(type, type_len, boundary, &n);
 *     paperal_multipart_init(m, boundary, n, &handler, data);
 *     rc = paperal_multipart_feed(m, piece, len);    until it is not OK
 *     rc = paperal_multipart_finish(m);
 *
 * paperal_multipart_t is about 10 kB, needs no release and may not be moved
 * by the callbacks.  An error is sticky: feed and finish repeat it.
 */

#ifndef PAPERAL_MULTIPART_H
#define PAPERAL_MULTIPART_H


#include <stddef.h>


#define PAPERAL_MULTIPART_MAX_PARTS     32
#define PAPERAL_MULTIPART_MAX_HEADERS   8192     /* bytes, of one part */
#define PAPERAL_MULTIPART_MAX_NAME      255      /* bytes */
#define PAPERAL_MULTIPART_MAX_FILENAME  255      /* code points */
#define PAPERAL_MULTIPART_MAX_TYPE      255      /* bytes */
#define PAPERAL_MULTIPART_MAX_BOUNDARY  70
#define PAPERAL_MULTIPART_MAX_PADDING   64       /* blanks after a boundary */

#define PAPERAL_MULTIPART_BOUNDARY_SIZE  (PAPERAL_MULTIPART_MAX_BOUNDARY + 1)


typedef enum {
    PAPERAL_MULTIPART_OK = 0,
    PAPERAL_MULTIPART_NOT_FORM_DATA,       /* another media type */
    PAPERAL_MULTIPART_BAD_BOUNDARY,        /* missing, twice or not allowed */
    PAPERAL_MULTIPART_BAD_DELIMITER,       /* junk after a boundary */
    PAPERAL_MULTIPART_BAD_HEADER,
    PAPERAL_MULTIPART_HEADERS_TOO_LARGE,
    PAPERAL_MULTIPART_NO_NAME,             /* no name in Content-Disposition */
    PAPERAL_MULTIPART_NAME_TOO_LONG,       /* the name's or the file name's */
    PAPERAL_MULTIPART_BAD_ENCODING,        /* Content-Transfer-Encoding */
    PAPERAL_MULTIPART_TOO_MANY_PARTS,
    PAPERAL_MULTIPART_TRUNCATED,           /* no closing boundary */
    PAPERAL_MULTIPART_STOPPED              /* a callback did not return 0 */
} paperal_multipart_e;


/* Strings are UTF-8 without control characters, valid in part_begin only. */
typedef struct {
    const char  *name;
    const char  *filename;         /* NULL: not a file; may be "" */
    const char  *content_type;     /* NULL: none; as sent, not to be trusted */
} paperal_multipart_part_t;

/*
 * Called in the order (begin data* end)*, and "end" after the closing
 * boundary; any may be NULL.  Each returns 0 to go on; another value stops
 * the parser and is kept in m->stopped.
 */
typedef struct {
    int  (*part_begin)(void *data, const paperal_multipart_part_t *part);
    int  (*part_data)(void *data, const char *p, size_t len);
    int  (*part_end)(void *data);
    int  (*end)(void *data);
} paperal_multipart_handler_t;

typedef struct {
    const paperal_multipart_handler_t  *handler;
    void                               *data;
    paperal_multipart_e                 error;
    int                                 stopped;   /* what a callback said */
    unsigned                            state;
    unsigned                            parts;     /* begun so far */
    unsigned                            in_part;
    size_t                              matched;   /* bytes of delimiter */
    size_t                              unsent;    /* of them, never data */
    size_t                              padding;
    size_t                              delimiter_len;
    size_t                              headers_len;
    char        delimiter[PAPERAL_MULTIPART_MAX_BOUNDARY + 4];
    char        headers[PAPERAL_MULTIPART_MAX_HEADERS];
    char        name[PAPERAL_MULTIPART_MAX_NAME + 1];
    char        filename[4 * PAPERAL_MULTIPART_MAX_FILENAME + 1];
    char        type[PAPERAL_MULTIPART_MAX_TYPE + 1];
} paperal_multipart_t;


/*
 * Takes the boundary from the value of a request's Content-Type: writes it
 * with a '\0', its length to *boundary_len.
 */
paperal_multipart_e paperal_multipart_boundary(const char *type, size_t len,
    char boundary[PAPERAL_MULTIPART_BOUNDARY_SIZE], size_t *boundary_len);

/*
 * Starts a body.  The handler must outlive the parser.  An unusable boundary
 * is BAD_BOUNDARY, at once and at every later call.
 */
paperal_multipart_e paperal_multipart_init(paperal_multipart_t *m,
    const char *boundary, size_t len,
    const paperal_multipart_handler_t *handler, void *data);

paperal_multipart_e paperal_multipart_feed(paperal_multipart_t *m,
    const char *p, size_t len);

/* Says that the body is over: TRUNCATED unless the closing boundary came. */
paperal_multipart_e paperal_multipart_finish(paperal_multipart_t *m);

/* A short description, lower case without a period; static. */
const char *paperal_multipart_message(paperal_multipart_e code);


#endif /* PAPERAL_MULTIPART_H */
