/*
 * The parent's side of the extractor: process after process for one file.
 *
 * States: TEXT (read the text layer) -> PAGE, as often as pages must be
 * recognised -> WORDS (read again, with the recognised words) -> DONE.
 */

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "paperal_buf.h"
#include "paperal_json.h"

#include "extract_child.h"


#define EXTRACT_CHILD_CHUNK      65536
#define EXTRACT_CHILD_WORDS_FD   3
#define EXTRACT_CHILD_REAP_MS    200


typedef enum {
    EXTRACT_CHILD_TEXT = 0,
    EXTRACT_CHILD_PAGE,
    EXTRACT_CHILD_WORDS,
    EXTRACT_CHILD_END
} extract_child_state_e;


struct extract_child_s {
    const char             *program;
    int                     fd;
    unsigned                flags;
    extract_child_state_e   state;
    pid_t                   pid;
    int                     out;
    int                     words;       /* file of recognised words, or -1 */
    int64_t                 deadline;    /* milliseconds, monotonic */
    int                     late;
    int                     pages[EXTRACT_CHILD_OCR_PAGES];
    int                     n_pages;
    int                     page;        /* index of the running one */
    const char             *error;
    paperal_buf_t           buf;
};


static const char  *extract_child_codes[] = {
    "NOT_A_PDF", "PDF_ENCRYPTED", "PDF_DAMAGED", "PDF_TOO_COMPLEX",
    "NO_TEXT_LAYER", "EXTRACTION_CRASHED", NULL
};


static int64_t
extract_child_now(void)
{
    struct timespec  ts;

    (void) clock_gettime(CLOCK_MONOTONIC, &ts);

    return (int64_t) ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}


/* In the new process: only descriptors 0 to 3 and a clean environment. */
static void
extract_child_exec(const extract_child_t *c, int out, pid_t parent)
{
    int          null, n;
    char         page[32];
    const char  *argv[6];
    const char  *envp[] = {
        "LC_ALL=C.UTF-8", "PATH=/usr/bin:/bin", "HOME=/nonexistent",
        "OMP_THREAD_LIMIT=1", NULL
    };

    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent) {
        _exit(127);
    }

    /* nothing of the caller's survives: move what is kept out of the way */
    null = open("/dev/null", O_RDWR);
    n = fcntl(c->fd, F_DUPFD, 10);
    out = fcntl(out, F_DUPFD, 10);

    if (null == -1 || n == -1 || out == -1 || dup2(n, 0) == -1
        || dup2(null, 2) == -1)
    {
        _exit(127);
    }

    if (c->state == EXTRACT_CHILD_WORDS) {
        n = fcntl(c->words, F_DUPFD, 10);

        if (n == -1 || lseek(n, 0, SEEK_SET) == -1
            || dup2(n, EXTRACT_CHILD_WORDS_FD) == -1)
        {
            _exit(127);
        }
    }

    if (dup2(out, 1) == -1
        || close_range(c->state == EXTRACT_CHILD_WORDS ? 4 : 3, ~0U, 0) != 0)
    {
        _exit(127);
    }

    n = 0;
    argv[n++] = "paperal-extract";
    argv[n++] = "--child";

    if (c->flags & EXTRACT_CHILD_FULL) {
        argv[n++] = "--full";
    }

    if (c->state == EXTRACT_CHILD_PAGE) {
        (void) snprintf(page, sizeof(page), "--ocr=%d", c->pages[c->page]);
        argv[n++] = page;

    } else if (c->state == EXTRACT_CHILD_WORDS) {
        argv[n++] = "--words";
    }

    argv[n] = NULL;
    (void) execve(c->program, (char *const *) argv, (char *const *) envp);
    _exit(127);
}


static int
extract_child_spawn(extract_child_t *c)
{
    int       fds[2];
    pid_t     pid, self;
    sigset_t  none;

    if (pipe2(fds, O_CLOEXEC|O_NONBLOCK) != 0) {
        return -1;
    }

    self = getpid();
    pid = fork();

    if (pid == -1) {
        (void) close(fds[0]);
        (void) close(fds[1]);
        return -1;
    }

    if (pid == 0) {
        (void) sigemptyset(&none);
        (void) sigprocmask(SIG_SETMASK, &none, NULL);
        (void) signal(SIGPIPE, SIG_DFL);
        (void) fcntl(fds[1], F_SETFL, 0);
        extract_child_exec(c, fds[1], self);
    }

    (void) close(fds[1]);
    c->pid = pid;
    c->out = fds[0];
    c->late = 0;
    c->deadline = extract_child_now()
                  + (c->state == EXTRACT_CHILD_PAGE ? EXTRACT_CHILD_OCR_WALL
                                                    : EXTRACT_CHILD_WALL);
    paperal_buf_release(&c->buf);
    paperal_buf_init(&c->buf, c->state == EXTRACT_CHILD_PAGE
                              ? EXTRACT_CHILD_MAX_WORDS
                              : EXTRACT_CHILD_MAX_OUTPUT);

    return 0;
}


extract_child_t *
extract_child_start(const char *program, int fd, unsigned flags)
{
    extract_child_t  *c;

    c = calloc(1, sizeof(extract_child_t));
    if (c == NULL) {
        return NULL;
    }

    c->program = program;
    c->fd = fd;
    c->flags = flags;
    c->out = -1;
    c->words = -1;
    paperal_buf_init(&c->buf, EXTRACT_CHILD_MAX_OUTPUT);

    if (extract_child_spawn(c) != 0) {
        free(c);
        return NULL;
    }

    return c;
}


static void
extract_child_fail(extract_child_t *c, const char *code, const char *message)
{
    c->state = EXTRACT_CHILD_END;
    c->error = code;
    paperal_buf_clear(&c->buf);
    paperal_json_open(&c->buf);
    paperal_json_strz(&c->buf, "id", "");
    paperal_json_object(&c->buf, "error");
    paperal_json_strz(&c->buf, "code", code);
    paperal_json_strz(&c->buf, "message", message);
    paperal_json_close(&c->buf);
    paperal_json_close(&c->buf);
}


/*
 * The process has closed its output, so it is ending; one that is not gets a
 * moment and is killed.  Returns the wait status.
 */
static int
extract_child_reap(extract_child_t *c)
{
    int              status, i;
    pid_t            pid;
    struct timespec  ms = { 0, 1000000 };

    status = 0;

    if (c->out != -1) {
        (void) close(c->out);
        c->out = -1;
    }

    for (i = 0; i < EXTRACT_CHILD_REAP_MS && !c->late; i++) {
        pid = waitpid(c->pid, &status, WNOHANG);

        if (pid == c->pid || (pid == -1 && errno != EINTR)) {
            c->pid = 0;
            return status;
        }

        (void) nanosleep(&ms, NULL);
    }

    (void) kill(c->pid, SIGKILL);

    while (waitpid(c->pid, &status, 0) == -1 && errno == EINTR) {
        /* void */
    }

    c->pid = 0;

    return status;
}


static void
extract_child_failed(extract_child_t *c, int status)
{
    int  sig;

    sig = WIFSIGNALED(status) ? WTERMSIG(status) : 0;

    if (c->late || c->buf.failed || sig == SIGXCPU || sig == SIGKILL
        || (WIFEXITED(status)
            && WEXITSTATUS(status) == EXTRACT_CHILD_EXIT_FULL))
    {
        extract_child_fail(c, "PDF_TOO_COMPLEX",
                           "reading the file takes too much time or memory");
        return;
    }

    extract_child_fail(c, "EXTRACTION_CRASHED",
                       "the reader stopped while reading the file");
}


/* Reads "ocr_pages":[1,2,3] at the end of the line; returns their number. */
static int
extract_child_parse_pages(extract_child_t *c)
{
    int          n;
    char        *end;
    long         page;
    const char  *p;

    p = strstr(paperal_buf_cstr(&c->buf), ",\"ocr_pages\":[");
    if (p == NULL) {
        return 0;
    }

    /* the result is the line without this member */
    end = (char *) p;
    p += strlen(",\"ocr_pages\":[");

    for (n = 0; n < EXTRACT_CHILD_OCR_PAGES; n++) {
        page = strtol(p, (char **) &p, 10);

        if (page < 1 || page > 100000) {
            break;
        }

        c->pages[n] = (int) page;
        p += *p == ',';
    }

    paperal_buf_truncate(&c->buf, (size_t) (end - c->buf.data));
    paperal_buf_char(&c->buf, '}');

    return n;
}


/* A whole line, beginning as agreed; its error code, if it has one. */
static int
extract_child_check_line(extract_child_t *c)
{
    int                 i;
    const char         *p;
    static const char   error[] = "{\"id\":\"\",\"error\":{\"code\":\"";

    p = paperal_buf_cstr(&c->buf);

    if (c->buf.len < 12 || strncmp(p, "{\"id\":\"\",", 9) != 0
        || memchr(p, '\n', c->buf.len) != p + c->buf.len - 1
        || p[c->buf.len - 2] != '}')
    {
        return -1;
    }

    paperal_buf_truncate(&c->buf, c->buf.len - 1);

    if (strncmp(c->buf.data, error, sizeof(error) - 1) != 0) {
        return 0;
    }

    p = c->buf.data + sizeof(error) - 1;

    for (i = 0; extract_child_codes[i] != NULL; i++) {
        if (strncmp(p, extract_child_codes[i],
                    strlen(extract_child_codes[i])) == 0)
        {
            c->error = extract_child_codes[i];
            return 0;
        }
    }

    return -1;
}


/* Keeps the words of a page; a page that failed has none. */
static void
extract_child_keep_words(extract_child_t *c, int status)
{
    size_t   sent;
    ssize_t  n;

    if (status != 0 || c->buf.failed || c->late) {
        return;
    }

    for (sent = 0; sent < c->buf.len; sent += (size_t) n) {
        n = write(c->words, c->buf.data + sent, c->buf.len - sent);

        if (n <= 0) {
            return;
        }
    }
}


static int
extract_child_next(extract_child_t *c, extract_child_state_e state)
{
    c->state = state;

    if (extract_child_spawn(c) != 0) {
        extract_child_fail(c, "EXTRACTION_CRASHED",
                           "the reader cannot be started");
        return EXTRACT_CHILD_DONE;
    }

    return EXTRACT_CHILD_AGAIN;
}


static int
extract_child_begin_ocr(extract_child_t *c)
{
    c->words = memfd_create("paperal-words", MFD_CLOEXEC);

    if (c->words == -1) {
        c->state = EXTRACT_CHILD_END;
        return EXTRACT_CHILD_DONE;
    }

    c->page = 0;
    c->error = NULL;

    return extract_child_next(c, EXTRACT_CHILD_PAGE);
}


/* A process has ended: what now? */
static int
extract_child_ended(extract_child_t *c, int status)
{
    if (c->state == EXTRACT_CHILD_PAGE) {
        extract_child_keep_words(c, status);
        c->page++;

        return extract_child_next(c, c->page < c->n_pages
                                     ? EXTRACT_CHILD_PAGE
                                     : EXTRACT_CHILD_WORDS);
    }

    if (status != 0 || c->late || c->buf.failed
        || extract_child_check_line(c) != 0)
    {
        extract_child_failed(c, status);
        return EXTRACT_CHILD_DONE;
    }

    if (c->error != NULL && c->state == EXTRACT_CHILD_TEXT) {
        c->n_pages = extract_child_parse_pages(c);

        if (c->n_pages > 0 && (c->flags & EXTRACT_CHILD_OCR)) {
            return extract_child_begin_ocr(c);
        }
    }

    c->state = EXTRACT_CHILD_END;

    return EXTRACT_CHILD_DONE;
}


int
extract_child_advance(extract_child_t *c)
{
    char     *room;
    ssize_t   n;

    if (c->state == EXTRACT_CHILD_END) {
        return EXTRACT_CHILD_DONE;
    }

    for ( ;; ) {
        if (extract_child_now() >= c->deadline) {
            c->late = 1;
            return extract_child_ended(c, extract_child_reap(c));
        }

        room = paperal_buf_reserve(&c->buf, EXTRACT_CHILD_CHUNK);

        if (room == NULL) {
            c->late = 1;
            return extract_child_ended(c, extract_child_reap(c));
        }

        n = read(c->out, room, EXTRACT_CHILD_CHUNK);

        if (n > 0) {
            paperal_buf_commit(&c->buf, (size_t) n);
            continue;
        }

        if (n == -1 && errno == EINTR) {
            continue;
        }

        if (n == -1 && errno == EAGAIN) {
            return EXTRACT_CHILD_AGAIN;
        }

        return extract_child_ended(c, extract_child_reap(c));
    }
}


int
extract_child_fd(const extract_child_t *c)
{
    return c->out;
}


pid_t
extract_child_pid(const extract_child_t *c)
{
    return c->pid;
}


int
extract_child_timeout(const extract_child_t *c)
{
    int64_t  left;

    left = c->deadline - extract_child_now();

    return left > 0 ? (int) left : 0;
}


void
extract_child_progress(const extract_child_t *c, int *done, int *total)
{
    *total = c->n_pages;
    *done = c->page < c->n_pages ? c->page : c->n_pages;
}


const char *
extract_child_result(const extract_child_t *c, size_t *len)
{
    *len = c->buf.len;

    return paperal_buf_cstr(&c->buf);
}


const char *
extract_child_error(const extract_child_t *c)
{
    return c->error;
}


void
extract_child_free(extract_child_t *c)
{
    if (c == NULL) {
        return;
    }

    if (c->pid > 0) {
        c->late = 1;
        (void) extract_child_reap(c);
    }

    if (c->words != -1) {
        (void) close(c->words);
    }

    paperal_buf_release(&c->buf);
    free(c);
}
