/*
 * No number without a source, held against an oracle that knows the truth:
 * each figure is drawn as a kind and a value, written in the paper in one
 * notation and in the model's text in another, and the whole text that must
 * come out is known.  Then texts of random pieces, in which no figure may
 * remain that the simplest scanner sees.
 */

#include "test.h"

#include <ctype.h>

#include "model.h"
#include "model_answers.h"


#define ROUNDS      150
#define SENTENCES   24
#define CLAIMS      12
#define MARK        "[figure not in the paper]"
#define MAX_TEXT    2048
#define MAX_FIGURE  64


typedef enum {
    PERCENT = 0, DOLLARS, EUROS, FOLD, KINDS
} kind_e;

typedef struct {
    kind_e  kind;
    int     value;             /* 1..99 */
    int     tenths;            /* 0..9, not of multiples */
    int     scale;             /* of money: 0 million, 1 billion */
} truth_t;


static uint64_t  state = 88172645463325252ULL;


static unsigned
draw(unsigned n)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;

    return (unsigned) (state >> 20) % n;
}


static truth_t
draw_figure(void)
{
    truth_t  t;

    memset(&t, 0, sizeof(t));
    t.kind = (kind_e) draw(KINDS);
    t.value = 1 + (int) draw(t.kind == FOLD ? 19 : 99);
    t.tenths = t.kind == FOLD || draw(2) ? 0 : (int) draw(10);
    t.scale = t.kind == DOLLARS || t.kind == EUROS ? (int) draw(2) : 0;

    return t;
}


static int
same(const truth_t *a, const truth_t *b)
{
    return a->kind == b->kind && a->value == b->value
           && a->tenths == b->tenths && a->scale == b->scale;
}


static const char *
word(int n)
{
    static const char *const  words[] = {
        "zero", "one", "two", "three", "four", "five", "six", "seven",
        "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen",
        "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"
    };

    return n < 20 ? words[n] : NULL;
}


static void
write_number(const truth_t *t, char *out, size_t size)
{
    if (t->tenths != 0) {
        snprintf(out, size, "%d.%d%s", t->value, t->tenths,
                 draw(3) == 0 ? "0" : "");

    } else if (draw(3) == 0 && word(t->value) != NULL) {
        snprintf(out, size, "%s", word(t->value));

    } else {
        snprintf(out, size, "%d%s", t->value, draw(4) == 0 ? ".0" : "");
    }
}


static void
write_money(const truth_t *t, char *out, size_t size)
{
    char         n[MAX_FIGURE];
    int          usd;
    const char  *word;

    usd = t->kind == DOLLARS;
    word = t->scale ? "billion" : "million";
    write_number(t, n, sizeof(n));

    switch (draw(4)) {

    case 0:
        snprintf(out, size, "%s %s %s", n, word, usd ? "dollars" : "euros");
        return;

    case 1:
        snprintf(out, size, "%s%d.%d%s", usd ? "$" : "\xe2\x82\xac",
                 t->value, t->tenths, t->scale ? "bn" : "m");
        return;

    case 2:
        snprintf(out, size, "%s %d,%d00%s", usd ? "USD" : "EUR", t->value,
                 t->tenths, t->scale ? ",000,000" : ",000");
        return;

    default:
        snprintf(out, size, "%s%d%s", usd ? "US$" : "EUR ",
                 t->value * 1000 + t->tenths * 100,
                 t->scale ? " million" : ",000");

        /* 5000,000 is nobody's way to write it */

        if (!t->scale) {
            snprintf(out, size, "%s %d.%d million", usd ? "US$" : "EUR",
                     t->value, t->tenths);
        }
    }
}


static void
write_figure(const truth_t *t, char *out, size_t size)
{
    char  n[MAX_FIGURE];

    write_number(t, n, sizeof(n));

    switch (t->kind) {

    case PERCENT:
        switch (draw(5)) {

        case 0:
            snprintf(out, size, "%s percent", n);
            return;

        case 1:
            snprintf(out, size, "%s per cent", n);
            return;

        case 2:
            snprintf(out, size, "\xe7\x99\xbe\xe5\x88\x86\xe4\xb9\x8b%d.%d",
                     t->value, t->tenths);
            return;

        default:
            snprintf(out, size, "%d.%d%s%%", t->value, t->tenths,
                     draw(2) ? " " : "");
            return;
        }

    case FOLD:
        if (draw(2)) {
            snprintf(out, size, "%s%s", n, isdigit((unsigned char) n[0])
                     ? "-fold" : "fold");

        } else {
            snprintf(out, size, "%d times more", t->value);
        }

        return;

    default:
        write_money(t, out, size);
    }
}


typedef struct {
    truth_t   truth[SENTENCES];
    char      text[SENTENCES][MAX_TEXT];
    const char *lines[SENTENCES + 1];
} world_t;


static void
make_paper(world_t *w, paperal_buf_t *json)
{
    char     figure[MAX_FIGURE];
    size_t   i;
    paper_t  paper;

    for (i = 0; i < SENTENCES; i++) {
        w->truth[i] = draw_figure();
        write_figure(&w->truth[i], figure, sizeof(figure));
        snprintf(w->text[i], MAX_TEXT, "results|We find that device %c%c "
                 "gave us %s of all that was asked in trial %c%c.",
                 'a' + (char) (i % 26), 'a' + (char) (i / 2 % 26), figure,
                 'q' + (char) (i % 9), 'a' + (char) (i % 26));
        w->lines[i] = w->text[i];
    }

    w->lines[SENTENCES] = NULL;
    paper = answers_paper;
    paper.lines = w->lines;
    paper_write(&paper, json);
}


/* A claim with one to three figures, and what must come out. */
static void
make_claim(const world_t *w, int n, paperal_buf_t *answer, char *want)
{
    char           figure[MAX_FIGURE], quote[MAX_TEXT], text[MAX_TEXT];
    size_t         i, k, from, len;
    truth_t        t;
    const char    *p;

    from = draw(SENTENCES);
    p = strchr(w->text[from], '|') + 1;
    snprintf(quote, sizeof(quote), "%s", p);

    /* a quote that is not in the paper allows nothing */

    k = draw(4);

    if (k == 0) {
        memcpy(strstr(quote, "device"), "gadget", 6);
    }

    snprintf(text, sizeof(text), "claim %c%c says", 'a' + n % 26,
             'a' + n / 26);
    snprintf(want, MAX_TEXT, "%s", text);

    for (i = 0; i <= draw(3); i++) {
        t = draw(2) ? w->truth[from] : draw_figure();
        write_figure(&t, figure, sizeof(figure));
        len = strlen(text);
        snprintf(text + len, sizeof(text) - len, " %s for it,", figure);
        len = strlen(want);
        p = k != 0 && same(&t, &w->truth[from]) ? figure : MARK;

        /* "3 times" is the figure, "more" is not */

        snprintf(want + len, MAX_TEXT - len, " %s%s for it,", p,
                 p != figure && strstr(figure, "times more") != NULL
                 ? " more" : "");
    }

    paperal_buf_str(answer, n == 0 ? "" : ",");
    paperal_buf_str(answer, "{\"kind\": \"result\", \"text\": ");
    paperal_json_quote(answer, text, strlen(text));
    paperal_buf_str(answer, ", \"basis\": \"paper\", \"confidence\": \"low\","
                    " \"evidence\": [{\"sid\": \"\", \"quote\": ");
    paperal_json_quote(answer, quote, strlen(quote));
    paperal_buf_str(answer, "}]}");
}


static cJSON *
run(model_t *m, int stage, const char *answer)
{
    cJSON          *json;
    paperal_buf_t   out[ENGINE_STAGES];

    paperal_buf_init(&out[stage], ENGINE_MAX_STAGE);
    json = NULL;

    if (model_outputs(m, &plan_find("standard")->calls[stage], answer,
                      strlen(answer), NULL, out) == 0)
    {
        json = cJSON_ParseWithLength(out[stage].data, out[stage].len);
    }

    paperal_buf_release(&out[stage]);

    return json;
}


static model_t *
open_model(const paperal_buf_t *json, document_t **doc,
    model_options_t *opt)
{
    char  err[256];

    *doc = document_parse(json->data, json->len, err, sizeof(err));

    return model_new(*doc, opt);
}


static int
test_round(int round)
{
    char              want[CLAIMS][MAX_TEXT];
    int               i, wrong;
    cJSON            *section, *claims;
    model_t          *m;
    document_t       *doc;
    paperal_buf_t     json, answer;
    const char       *got;
    engine_options_t  engine;
    model_options_t   opt;

    static world_t  w;

    memset(&engine, 0, sizeof(engine));
    memset(&opt, 0, sizeof(opt));
    engine.language = "en";
    opt.engine = &engine;
    make_paper(&w, &json);
    m = open_model(&json, &doc, &opt);
    paperal_buf_init(&answer, MODEL_MAX_ANSWER);
    paperal_buf_str(&answer, "{\"claims\": [");

    for (i = 0; i < CLAIMS; i++) {
        make_claim(&w, i, &answer, want[i]);
    }

    paperal_buf_str(&answer, "]}");
    section = run(m, 0, answer.data);
    claims = cJSON_GetObjectItem(section, "claims");
    wrong = cJSON_GetArraySize(claims) != CLAIMS;

    for (i = 0; i < CLAIMS && !wrong; i++) {
        got = cJSON_GetObjectItem(cJSON_GetArrayItem(claims, i), "text")
              ->valuestring;

        if (strcmp(got, want[i]) != 0) {
            wrong++;
            test_diag("round %d", round);
            test_show("got", got, strlen(got));
            test_show("want", want[i], strlen(want[i]));
        }
    }

    cJSON_Delete(section);
    paperal_buf_release(&answer);
    paperal_buf_release(&json);
    model_free(m);
    document_free(doc);

    return wrong;
}


/* A digit beside a sign or a word that nobody could take for another. */
static int
sees_figure(const char *s)
{
    size_t       i, k;
    const char  *p;

    static const char *const  behind[] = {
        "%", "percent", "per cent", "dollars", "euros", "-fold", "\xe5\x80"
        "\x8d", "\xe4\xba\xbf\xe5\x85\x83", "million dollars"
    };
    static const char *const  before[] = { "$", "\xe2\x82\xac", "USD " };

    for (i = 0; s[i] != '\0'; i++) {
        if (!isdigit((unsigned char) s[i])) {
            continue;
        }

        p = s + i + 1;
        p += strspn(p, " ");

        for (k = 0; k < test_count(behind); k++) {
            if (strncmp(p, behind[k], strlen(behind[k])) == 0
                && !isalpha((unsigned char) p[strlen(behind[k])]))
            {
                return 1;
            }
        }

        for (k = 0; k < test_count(before); k++) {
            if (i >= strlen(before[k])
                && memcmp(s + i - strlen(before[k]), before[k],
                          strlen(before[k])) == 0)
            {
                return 1;
            }
        }
    }

    return 0;
}


static void
test_pieces(void)
{
    char               text[MAX_TEXT];
    int                i, k, n, seen;
    cJSON             *section, *item;
    size_t             len;
    model_t           *m;
    document_t        *doc;
    paperal_buf_t      json, answer;
    engine_options_t   engine;
    model_options_t    opt;

    static const char *const  pieces[] = {
        "1", "2.5", "10", "1,000", "0", "%", " %", " percent", "$", " dollars",
        "\xe2\x82\xac", " million", " billion", "-fold", " and ", "-", " to ",
        ", ", " ", "x", "USD ", "\xe5\x80\x8d", "\xe4\xba\xbf\xe5\x85\x83",
        " euros", "^", "e9", ".", "\xc2\xb2", "\xe2\x80\xaf", " of ", "CAGR ",
        "\xe7\x99\xbe\xe5\x88\x86\xe4\xb9\x8b", "a", " per cent", "ten", "'"
    };

    memset(&engine, 0, sizeof(engine));
    memset(&opt, 0, sizeof(opt));
    engine.language = "en";
    opt.engine = &engine;
    paper_write(&answers_paper, &json);
    m = open_model(&json, &doc, &opt);
    seen = 0;

    for (i = 0; i < ROUNDS; i++) {
        paperal_buf_init(&answer, MODEL_MAX_ANSWER);
        paperal_buf_str(&answer, "{\"critical_success_factors\": [");

        for (n = 0; n < CLAIMS; n++) {
            text[0] = '\0';

            for (k = 0; k < 14; k++) {
                len = strlen(text);
                snprintf(text + len, sizeof(text) - len, "%s",
                         pieces[draw(test_count(pieces))]);
            }

            paperal_buf_str(&answer, n == 0 ? "" : ",");
            paperal_json_quote(&answer, text, strlen(text));
        }

        paperal_buf_str(&answer, "]}");
        section = run(m, 6, answer.data);

        cJSON_ArrayForEach(item, cJSON_GetObjectItem(section,
                                               "critical_success_factors"))
        {
            if (sees_figure(item->valuestring)) {
                seen++;
                test_show("left", item->valuestring,
                          strlen(item->valuestring));
            }
        }

        cJSON_Delete(section);
        paperal_buf_release(&answer);
    }

    test_int(seen, 0, "no figure remains in %d texts of pieces",
             ROUNDS * CLAIMS);
    model_free(m);
    document_free(doc);
    paperal_buf_release(&json);
}


int
main(void)
{
    int  i, wrong;

    wrong = 0;

    for (i = 0; i < ROUNDS; i++) {
        wrong += test_round(i);
    }

    test_int(wrong, 0, "%d texts are as the truth allows", ROUNDS * CLAIMS);
    test_pieces();

    return test_done();
}
