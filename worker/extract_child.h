/*
 * Runs paperal-extract's sandboxed processes for one file, without blocking.
 *
 *     child = extract_child_start(program, fd, EXTRACT_CHILD_FULL);
 *
 *     while (extract_child_advance(child) == EXTRACT_CHILD_AGAIN) {
 *         wait until extract_child_fd() is readable or
 *         extract_child_timeout() milliseconds have passed
 *     }
 *
 *     line = extract_child_result(child, &len);
 *     extract_child_free(child);
 *
 * Most files need one process.  A scanned file needs one more for each page
 * and a last one that reads what they recognised; the descriptor to wait for
 * changes then, so ask for it each time.  The processes get a clean
 * environment, the file as descriptor 0 and nothing else of the caller's.
 * They die with the thread that started them.
 */

#ifndef EXTRACT_CHILD_H
#define EXTRACT_CHILD_H


#include <stddef.h>
#include <sys/types.h>


#define EXTRACT_CHILD_MAX_OUTPUT  (32 * 1024 * 1024)
#define EXTRACT_CHILD_MAX_WORDS   (2 * 1024 * 1024)     /* of one page */
#define EXTRACT_CHILD_WALL        30000                 /* milliseconds */
#define EXTRACT_CHILD_OCR_WALL    60000                 /* a page */
#define EXTRACT_CHILD_OCR_PAGES   40

/* flags */
#define EXTRACT_CHILD_FULL        0x1     /* with sentences and boxes */
#define EXTRACT_CHILD_OCR         0x2     /* recognise scanned pages */

/* status of a process that needed more memory than it may have */
#define EXTRACT_CHILD_EXIT_FULL   12

#define EXTRACT_CHILD_DONE        0
#define EXTRACT_CHILD_AGAIN       1


typedef struct extract_child_s  extract_child_t;


/*
 * Starts reading the regular file fd with the given program.  fd and program
 * stay the caller's until extract_child_free().  NULL without memory or
 * processes (errno tells).
 */
extract_child_t *extract_child_start(const char *program, int fd,
    unsigned flags);

/*
 * Takes in what is there and does what is due: kills what is too late,
 * collects what has ended, starts what comes next.
 */
int extract_child_advance(extract_child_t *child);

/* Descriptor to poll for POLLIN; changes between calls. */
int extract_child_fd(const extract_child_t *child);

/* Process that runs now, 0 if none does. */
pid_t extract_child_pid(const extract_child_t *child);

/* Milliseconds until the running process is too late, at least 0. */
int extract_child_timeout(const extract_child_t *child);

/* Pages to recognise and those done, both 0 for files with text. */
void extract_child_progress(const extract_child_t *child, int *done,
    int *total);

/*
 * After EXTRACT_CHILD_DONE: the JSON object (with "id":"" as first member,
 * without line feed), valid until free.  It is never absent: a process that
 * crashed, was killed or wrote nonsense gives an error object with the code
 * EXTRACTION_CRASHED or PDF_TOO_COMPLEX.
 */
const char *extract_child_result(const extract_child_t *child, size_t *len);

/* Code of the error object, or NULL if the file was read. */
const char *extract_child_error(const extract_child_t *child);

/* Kills and collects what still runs. */
void extract_child_free(extract_child_t *child);


#endif /* EXTRACT_CHILD_H */
