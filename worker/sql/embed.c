/*
 * Writes files as one C array of sql_file_t (see worker/sql_files.h).
 *
 *     embed ARRAY FILE... > list.c
 *
 * Runs at build time only.  The files are written in the order of the
 * arguments, which the Makefile sorts.  Bytes that a string literal cannot hold
 * as they are become three-digit octal escapes, which never swallow the digit
 * that follows them.  Any failure is one line on stderr and exit status 1.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>


#define EMBED_MAX_FILE  (16 * 1024 * 1024)


static int embed_file(const char *path);
static void embed_byte(int c);
static const char *embed_basename(const char *path);


int
main(int argc, char **argv)
{
    int  i;

    if (argc < 2) {
        fprintf(stderr, "usage: embed ARRAY FILE...\n");
        return 1;
    }

    printf("/* written by worker/sql/embed.c */\n\n"
           "#include \"sql_files.h\"\n\n\n"
           "const sql_file_t  %s[] = {\n", argv[1]);

    for (i = 2; i < argc; i++) {
        if (embed_file(argv[i]) != 0) {
            return 1;
        }
    }

    printf("    { NULL, NULL, 0 }\n};\n");

    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("embed: stdout");
        return 1;
    }

    return 0;
}


static int
embed_file(const char *path)
{
    int      c;
    FILE    *fp;
    size_t   len;

    fp = fopen(path, "rb");
    if (fp == NULL) {
        perror(path);
        return -1;
    }

    printf("    { \"%s\",\n      \"", embed_basename(path));

    for (len = 0; len <= EMBED_MAX_FILE; len++) {
        c = getc(fp);
        if (c == EOF) {
            break;
        }

        embed_byte(c);
    }

    printf("\",\n      %zu },\n", len);

    if (ferror(fp) || len > EMBED_MAX_FILE) {
        fprintf(stderr, "embed: cannot read \"%s\"\n", path);
        fclose(fp);
        return -1;
    }

    fclose(fp);

    return 0;
}


static void
embed_byte(int c)
{
    if (c == '\n') {
        printf("\\n\"\n      \"");

    } else if (c == '"' || c == '\\' || c == '?' || c < 32 || c > 126) {
        printf("\\%03o", (unsigned) c);

    } else {
        putchar(c);
    }
}


static const char *
embed_basename(const char *path)
{
    const char  *slash;

    slash = strrchr(path, '/');

    return (slash == NULL) ? path : slash + 1;
}
