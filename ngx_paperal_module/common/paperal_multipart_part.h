/*
 * The header block of a part: internal to the multipart parser.
 */

#ifndef PAPERAL_MULTIPART_PART_H
#define PAPERAL_MULTIPART_PART_H


#include "paperal_multipart.h"


/*
 * Reads the headers_len bytes at m->headers (lines with CR LF, the empty one
 * included; names are decoded in place) into *part.  Returns 1, or 0 with
 * m->error set.
 */
int paperal_multipart_part(paperal_multipart_t *m,
    paperal_multipart_part_t *part);


#endif /* PAPERAL_MULTIPART_PART_H */
