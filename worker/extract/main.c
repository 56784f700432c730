/*
 * paperal-extract: reads PDF files and prints what they hold, one JSON object
 * a line for each file, in their order.
 *
 * This process never touches a file's content.  It starts itself again with
 * --child for each one, which enters the sandbox before it reads a byte.
 */

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "paperal_json.h"
#include "paperal_utf8.h"

#include "child.h"
#include "extract_child.h"
#include "output.h"


#define MAIN_MAX_ID  1024


static const char  main_usage[] =
    "usage: paperal-extract [--full] [--no-ocr] FILE.pdf...\n"
    "\n"
    "Prints one JSON object a line for each file, in their order: title,\n"
    "authors, abstract, doi, sections, references and more, or\n"
    "{\"id\": ..., \"error\": {\"code\": ..., \"message\": ...}}.\n"
    "\n"
    "  --full     also sentences with their places, page sizes, captions\n"
    "  --no-ocr   never recognise scanned pages\n"
    "  --version  print the version\n"
    "  --help     print this\n";


/* The file's name without folders and without ".pdf". */
static void
main_id(const char *path, paperal_buf_t *b)
{
    size_t       n;
    const char  *base;

    base = strrchr(path, '/');
    base = (base != NULL) ? base + 1 : path;
    n = strlen(base);

    if (n > 4 && paperal_text_equal_nocase(base + n - 4, 4, ".pdf")) {
        n -= 4;
    }

    if (n > MAIN_MAX_ID) {
        n = paperal_utf8_clip(base, n, MAIN_MAX_ID);
    }

    paperal_json_quote(b, base, n);
}


/* Puts the file's id into the child's line: it starts {"id":"" there. */
static int
main_print(const char *path, const char *line, size_t len)
{
    int                 rc;
    paperal_buf_t       b;
    static const char   prefix[] = "{\"id\":\"\"";

    paperal_buf_init(&b, 2 * EXTRACT_CHILD_MAX_OUTPUT);
    paperal_buf_str(&b, "{\"id\":");
    main_id(path, &b);
    paperal_buf_bytes(&b, line + sizeof(prefix) - 1,
                      len - (sizeof(prefix) - 1));
    paperal_buf_char(&b, '\n');
    rc = b.failed || fwrite(b.data, 1, b.len, stdout) != b.len
         || fflush(stdout) != 0;
    paperal_buf_release(&b);

    return rc;
}


static int
main_error(const char *path, const char *code, const char *message)
{
    int            rc;
    paperal_buf_t  b;

    paperal_buf_init(&b, EXTRACT_CHILD_MAX_OUTPUT);
    output_error(&b, code, message);
    rc = b.failed || main_print(path, b.data, b.len);
    paperal_buf_release(&b);

    return rc;
}


static int
main_open(const char *path)
{
    int           fd;
    struct stat   st;

    fd = open(path, O_RDONLY|O_CLOEXEC|O_NONBLOCK|O_NOCTTY);
    if (fd == -1) {
        return -1;
    }

    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        (void) close(fd);
        errno = EINVAL;
        return -1;
    }

    return fd;
}


static int
main_file(const char *path, unsigned flags)
{
    int               fd, rc;
    char              message[256];
    size_t            len;
    const char       *line;
    struct pollfd     pfd;
    extract_child_t  *child;

    fd = main_open(path);

    if (fd == -1) {
        (void) snprintf(message, sizeof(message), "cannot open the file: %s",
                        strerror(errno));
        return main_error(path, "NOT_A_PDF", message);
    }

    child = extract_child_start("/proc/self/exe", fd, flags);

    if (child == NULL) {
        (void) close(fd);
        return main_error(path, "EXTRACTION_CRASHED",
                          "the reader cannot be started");
    }

    while (extract_child_advance(child) == EXTRACT_CHILD_AGAIN) {
        pfd.fd = extract_child_fd(child);
        pfd.events = POLLIN;
        (void) poll(&pfd, 1, extract_child_timeout(child));
    }

    line = extract_child_result(child, &len);
    rc = main_print(path, line, len);
    extract_child_free(child);
    (void) close(fd);

    return rc;
}


/* The modes of the sandboxed processes; not for users. */
static int
main_child(int argc, char **argv)
{
    int  i, page, full, words;

    page = 0;
    full = 0;
    words = 0;

    for (i = 2; i < argc; i++) {
        if (strcmp(argv[i], "--full") == 0) {
            full = 1;

        } else if (strcmp(argv[i], "--words") == 0) {
            words = 1;

        } else if (strncmp(argv[i], "--ocr=", 6) == 0) {
            page = (int) strtol(argv[i] + 6, NULL, 10);
        }
    }

    return page > 0 ? child_ocr(page) : child_extract(full, words);
}


int
main(int argc, char **argv)
{
    int       i, rc;
    unsigned  flags;

    if (argc > 1 && strcmp(argv[1], "--child") == 0) {
        _exit(main_child(argc, argv));
    }

    flags = EXTRACT_CHILD_OCR;

    for (i = 1; i < argc && argv[i][0] == '-' && argv[i][1] != '\0'; i++) {
        if (strcmp(argv[i], "--full") == 0) {
            flags |= EXTRACT_CHILD_FULL;

        } else if (strcmp(argv[i], "--no-ocr") == 0) {
            flags &= ~EXTRACT_CHILD_OCR;

        } else if (strcmp(argv[i], "--help") == 0) {
            (void) fputs(main_usage, stdout);
            return 0;

        } else if (strcmp(argv[i], "--version") == 0) {
            (void) puts("paperal-extract " OUTPUT_VERSION);
            return 0;

        } else if (strcmp(argv[i], "--") == 0) {
            i++;
            break;

        } else {
            (void) fprintf(stderr, "paperal-extract: unknown option \"%s\"\n"
                           "%s", argv[i], main_usage);
            return 2;
        }
    }

    if (i >= argc) {
        (void) fputs(main_usage, stderr);
        return 2;
    }

    (void) signal(SIGPIPE, SIG_IGN);

    for (rc = 0; i < argc && rc == 0; i++) {
        rc = main_file(argv[i], flags);
    }

    return rc ? 1 : 0;
}
