/*
 * The end of papers: those whose time in the trash or whose retention is over
 * are erased, and files that no paper has any more are deleted.  Called by
 * the master now and then.
 */

#ifndef WORKER_ERASE_H
#define WORKER_ERASE_H

#include "db.h"

#define ERASE_MAX_PATH  4096

/*
 * Does one round.  What cannot be done now, is left for the next one and
 * logged.  Returns the number of papers erased and files deleted.
 */
int erase_run(db_t *db, const char *storage);

#endif /* WORKER_ERASE_H */
