/*
 * worker/extract_child.c: what the parent makes of processes that answer,
 * crash, flood, or say that pages must be recognised.  The processes are
 * shell scripts in the extractor's place.
 */

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "extract_child.h"

#include "test.h"


static char  script[] = "/tmp/paperal-child-XXXXXX";
static int   input;


static const struct {
    const char  *what;
    const char  *shell;
    unsigned     flags;
    const char  *error;        /* NULL: the file was read */
    const char  *result;       /* NULL: not compared */
} cases[] = {
    { "an answer",
      "printf '{\"id\":\"\",\"title\":\"T\"}\\n'", 0, NULL,
      "{\"id\":\"\",\"title\":\"T\"}" },
    { "the file on descriptor 0",
      "read x; printf '{\"id\":\"\",\"title\":\"%s\"}\\n' \"$x\"", 0, NULL,
      "{\"id\":\"\",\"title\":\"content\"}" },
    { "a clean environment",
      "printf '{\"id\":\"\",\"x\":\"%s\"}\\n' \"$PAPERAL_SECRET$HOME\"", 0,
      NULL, "{\"id\":\"\",\"x\":\"/nonexistent\"}" },
    { "an error of its own",
      "printf '{\"id\":\"\",\"error\":{\"code\":\"PDF_ENCRYPTED\","
      "\"message\":\"m\"}}\\n'", 0, "PDF_ENCRYPTED", NULL },
    { "an unknown error code",
      "printf '{\"id\":\"\",\"error\":{\"code\":\"NEW\",\"message\":\"m\"}}"
      "\\n'", 0, "EXTRACTION_CRASHED", NULL },
    { "no answer", "exit 0", 0, "EXTRACTION_CRASHED", NULL },
    { "half an answer", "printf '{\"id\":\"\",\"ti'", 0,
      "EXTRACTION_CRASHED", NULL },
    { "two lines", "printf '{\"id\":\"\",\"a\":1}\\n{\"id\":\"\"}\\n'", 0,
      "EXTRACTION_CRASHED", NULL },
    { "an answer and a failure",
      "printf '{\"id\":\"\",\"title\":\"T\"}\\n'; exit 3", 0,
      "EXTRACTION_CRASHED", NULL },
    { "a crash", "kill -SEGV $$", 0, "EXTRACTION_CRASHED", NULL },
    { "the processor time's end", "kill -XCPU $$", 0, "PDF_TOO_COMPLEX",
      NULL },
    { "no memory left", "exit 12", 0, "PDF_TOO_COMPLEX", NULL },
    { "a flood", "exec /usr/bin/yes xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
      0, "PDF_TOO_COMPLEX", NULL },
    { "scanned pages, not wanted",
      "printf '{\"id\":\"\",\"error\":{\"code\":\"NO_TEXT_LAYER\","
      "\"message\":\"m\"},\"ocr_pages\":[1,2]}\\n'", 0, "NO_TEXT_LAYER",
      "{\"id\":\"\",\"error\":{\"code\":\"NO_TEXT_LAYER\","
      "\"message\":\"m\"}}" },
    { "scanned pages",
      "case \"$*\" in\n"
      "*--ocr=1*) printf 'W one\\n' ;;\n"
      "*--ocr=2*) kill -SEGV $$ ;;\n"
      "*--ocr=3*) printf 'W three\\n' ;;\n"
      "*--words*) x=$(/usr/bin/tr '\\n' ' ' <&3);"
      " printf '{\"id\":\"\",\"x\":\"%s\"}\\n' \"$x\" ;;\n"
      "*) printf '{\"id\":\"\",\"error\":{\"code\":\"NO_TEXT_LAYER\","
      "\"message\":\"m\"},\"ocr_pages\":[1,2,3]}\\n' ;;\n"
      "esac", EXTRACT_CHILD_OCR, NULL,
      "{\"id\":\"\",\"x\":\"W one W three \"}" },
};


static int
write_script(const char *shell)
{
    FILE  *f;

    f = fopen(script, "w");
    if (f == NULL) {
        return -1;
    }

    fprintf(f, "#!/bin/sh\n%s\n", shell);

    return fclose(f) != 0 || chmod(script, 0700) != 0 ? -1 : 0;
}


static extract_child_t *
run(unsigned flags)
{
    struct pollfd     pfd;
    extract_child_t  *child;

    child = extract_child_start(script, input, flags);
    if (child == NULL) {
        return NULL;
    }

    while (extract_child_advance(child) == EXTRACT_CHILD_AGAIN) {
        pfd.fd = extract_child_fd(child);
        pfd.events = POLLIN;
        poll(&pfd, 1, extract_child_timeout(child));
    }

    return child;
}


static void
test_case(size_t i)
{
    size_t            len;
    const char       *result, *error;
    extract_child_t  *child;

    test_ok(write_script(cases[i].shell) == 0, "script for %s",
            cases[i].what);
    (void) lseek(input, 0, SEEK_SET);
    child = run(cases[i].flags);

    if (!test_ok(child != NULL, "%s: starts", cases[i].what)) {
        return;
    }

    error = extract_child_error(child);
    result = extract_child_result(child, &len);
    test_str(error ? error : "none",
             cases[i].error ? cases[i].error : "none", "%s: error",
             cases[i].what);
    test_int((long) strlen(result), (long) len, "%s: length", cases[i].what);
    test_ok(strncmp(result, "{\"id\":\"\",", 9) == 0
            && result[len - 1] == '}', "%s: an object", cases[i].what);

    if (cases[i].result != NULL) {
        test_str(result, cases[i].result, "%s: result", cases[i].what);
    }

    test_int(extract_child_pid(child), 0, "%s: collected", cases[i].what);
    extract_child_free(child);
}


/* Freed while it runs: the process must not survive. */
static void
test_abandoned(void)
{
    pid_t             pid;
    extract_child_t  *child;

    test_ok(write_script("exec /bin/sleep 600") == 0, "script that waits");
    child = extract_child_start(script, input, 0);

    if (!test_ok(child != NULL, "starts")) {
        return;
    }

    pid = extract_child_pid(child);
    test_ok(pid > 0 && kill(pid, 0) == 0, "runs");
    test_ok(extract_child_timeout(child) <= EXTRACT_CHILD_WALL,
            "has a deadline");
    extract_child_free(child);
    test_ok(kill(pid, 0) == -1, "is gone");
}


int
main(void)
{
    int     fd;
    char    name[] = "/tmp/paperal-input-XXXXXX";
    size_t  i;

    fd = mkstemp(script);
    input = mkstemp(name);

    if (fd == -1 || input == -1 || write(input, "content\n", 8) != 8) {
        test_ok(0, "temporary files");
        return test_done();
    }

    close(fd);
    setenv("PAPERAL_SECRET", "secret", 1);

    for (i = 0; i < test_count(cases); i++) {
        test_case(i);
    }

    test_abandoned();
    unlink(script);
    unlink(name);

    return test_done();
}
