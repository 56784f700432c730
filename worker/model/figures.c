/*
 * Finds figures, see figures.h: numbers are read one after the other, each
 * gets its kind from what stands before and behind it, and the ends of a
 * range share a unit.
 */

#include "figures.h"

#include <string.h>

#include "figures_units.h"


#define FIGURES_MAX_NUMBERS  2048     /* of one text, figures or not */
#define FIGURES_MAX_FILLERS  4        /* "of about" behind "growth rate" */


typedef enum {
    FIGURES_APART = 0,
    FIGURES_LISTED,            /* "and", ",": a unit is shared */
    FIGURES_RANGE              /* "to", "-": the scale as well */
} figures_joint_e;

typedef struct {
    size_t             from;
    size_t             to;
    int                currency;
    int                shift;        /* of the exponent by the unit */
    figure_kind_e      kind;
    figures_joint_e    joint;        /* to the one before */
    figures_number_t   n;
} figures_raw_t;

static bool figures_raw(const figures_text_t *t, size_t i,
    figures_raw_t *raw);
static void figures_before(const figures_text_t *t, size_t *i,
    figures_raw_t *raw);
static size_t figures_growth(const figures_text_t *t, size_t i);
static void figures_behind(const figures_text_t *t, figures_raw_t *raw);
static figures_joint_e figures_joint(const figures_text_t *t, size_t i,
    size_t to);
static void figures_share(figures_raw_t *raw, size_t n);
static void figures_give(figures_raw_t *to, const figures_raw_t *from);
static void figures_add(const figures_text_t *t, const figures_raw_t *raw,
    figures_t *f);


/* Words behind which a bare number is a rate of growth. */
static const char *const  figures_growths[] = {
    "compound annual growth rate", "annual growth rate", "growth rate",
    "compound annual growth", "annual growth", "yearly growth", "cagr",
    "年复合增长率", "复合年增长率", "年均增长率", "年增长率", "增长率", "增速",
    NULL
};

static const char *const  figures_fillers[] = {
    "of", "is", "was", "at", "about", "around", "roughly", "nearly",
    "approximately", "over", "above", "below", "to", ":", "=", "~", "(",
    "about", "为", "是", "达", "到", "约", "超过", "高达", NULL
};


void
figures_find(const char *text, size_t len, bool all, figures_t *f)
{
    int              cap;
    size_t           i, n;
    region_t         region;
    figures_raw_t   *raw, one;
    figures_text_t   t;

    f->n = 0;
    f->overflow = len > FIGURES_MAX_TEXT;

    if (f->overflow || len == 0) {
        return;
    }

    region_init(&region, 0);
    figures_fold(&region, text, len, &t);
    raw = NULL;
    cap = 0;
    n = 0;

    for (i = 0; i < t.n; ) {
        if (!figures_raw(&t, i, &one)) {
            i++;
            continue;
        }

        if (n == FIGURES_MAX_NUMBERS) {
            f->overflow = true;
            break;
        }

        one.joint = n == 0 ? FIGURES_APART
                    : figures_joint(&t, raw[n - 1].to, one.from);
        raw = region_grow(&region, raw, (int) n, &cap, sizeof(one));
        raw[n++] = one;
        i = one.to;
    }

    figures_share(raw, n);

    for (i = 0; i < n; i++) {
        if (all || raw[i].kind != FIGURE_NONE) {
            figures_add(&t, &raw[i], f);
        }
    }

    region_free(&region);
}


bool
figures_equal(const figure_t *a, const figure_t *b)
{
    int  x, y;

    if (a->kind != b->kind || a->exponent != b->exponent
        || strcmp(a->digits, b->digits) != 0 || a->digits[0] == '?')
    {
        return false;
    }

    x = a->currency < b->currency ? a->currency : b->currency;
    y = a->currency < b->currency ? b->currency : a->currency;

    /* the sign of yuan and yen */

    return x == y || (y == CURRENCY_YEN_SIGN
                      && (x == CURRENCY_CNY || x == CURRENCY_JPY));
}


bool
figures_has(const figures_t *f, const figure_t *figure)
{
    size_t  i;

    for (i = 0; i < f->n; i++) {
        if (figures_equal(&f->list[i], figure)) {
            return true;
        }
    }

    return false;
}


/* A number at i, with what stands before and behind it. */

static bool
figures_raw(const figures_text_t *t, size_t i, figures_raw_t *raw)
{
    size_t  at;

    memset(raw, 0, sizeof(figures_raw_t));
    raw->from = i;
    at = i;
    figures_before(t, &at, raw);

    if (!figures_number(t, at, &raw->n)) {
        return false;
    }

    if (raw->kind == FIGURE_MONEY && raw->n.weak != 0) {
        raw->n.exponent += raw->n.weak;
        raw->n.scale = raw->n.weak;
        raw->n.to = raw->n.weak_to;
        raw->n.scaled = true;
    }

    raw->to = raw->n.to;
    figures_behind(t, raw);

    return true;
}


static void
figures_before(const figures_text_t *t, size_t *i, figures_raw_t *raw)
{
    size_t                 len;
    uint32_t               cp;
    const figures_unit_t  *u;

    len = figures_growth(t, *i);

    if (len > 0) {
        raw->from = *i + len;
        raw->kind = FIGURE_PERCENT;
        *i += len;
        return;
    }

    for (u = figures_prefixes; u->text != NULL; u++) {
        len = figures_at(t, *i, u->text);

        /* "usd5" is no word that goes on, "eurasia" is one */

        if (len > 0 && (u->text[0] < 'a' || u->text[0] > 'z' || *i == 0
                        || t->c[*i].upper || !figures_is_letter(t, *i - 1)))
        {
            raw->kind = u->kind;
            raw->currency = u->currency;
            raw->shift = u->shift;
            *i = figures_skip(t, *i + len);
            return;
        }
    }

    cp = t->c[*i].cp;

    if (cp >= 0x20a0 && cp <= 0x20cf) {
        raw->kind = FIGURE_MONEY;
        raw->currency = CURRENCY_OTHER;
        *i = figures_skip(t, *i + 1);
    }
}


/* The length of "growth rate of about " at i. */

static size_t
figures_growth(const figures_text_t *t, size_t i)
{
    size_t  k, len, from, fillers;

    if (i > 0 && figures_is_letter(t, i - 1)) {
        return 0;
    }

    len = 0;

    for (k = 0; figures_growths[k] != NULL && len == 0; k++) {
        len = figures_at(t, i, figures_growths[k]);
    }

    if (len == 0) {
        return 0;
    }

    from = i;
    i = figures_skip(t, i + len);

    for (fillers = 0; fillers < FIGURES_MAX_FILLERS; fillers++) {
        len = 0;

        for (k = 0; figures_fillers[k] != NULL && len == 0; k++) {
            len = figures_at(t, i, figures_fillers[k]);
        }

        if (len == 0) {
            break;
        }

        i = figures_skip(t, i + len);
    }

    return i - from;
}


static void
figures_behind(const figures_text_t *t, figures_raw_t *raw)
{
    size_t                 i, len;
    const figures_unit_t  *u;

    i = figures_skip(t, raw->to);
    i += t->c[i].cp == '-';
    i += figures_at(t, i, "of ") > 0 ? 3 : 0;
    i += figures_at(t, i, "in ") > 0 ? 3 : 0;

    for (u = figures_suffixes; u->text != NULL; u++) {
        len = figures_at(t, i, u->text);

        if (len == 0 && raw->n.weak != 0 && u->kind == FIGURE_MONEY) {
            len = figures_at(t, figures_skip(t, raw->n.weak_to), u->text);

            if (len > 0) {
                i = figures_skip(t, raw->n.weak_to);
                raw->n.exponent += raw->n.weak;
                raw->n.scale = raw->n.weak;
                raw->n.scaled = true;
            }
        }

        if (len > 0 && figures_is_unit(t, i + len, u, &raw->n)) {
            raw->to = i + len;

            if (raw->kind == FIGURE_NONE || u->kind == FIGURE_PERCENT
                || (raw->currency == CURRENCY_USD && u->currency != 0))
            {
                raw->kind = u->kind;
                raw->currency = u->currency;
                raw->shift = u->shift;
            }

            return;
        }
    }

    if (t->c[i].cp >= 0x20a0 && t->c[i].cp <= 0x20cf
        && raw->kind == FIGURE_NONE)
    {
        raw->kind = FIGURE_MONEY;
        raw->currency = CURRENCY_OTHER;
        raw->to = i + 1;
    }
}


/* How what stands from i to to joins two numbers. */

static figures_joint_e
figures_joint(const figures_text_t *t, size_t i, size_t to)
{
    size_t  k, len;

    static const struct {
        const char       *text;
        figures_joint_e   joint;
    } joints[] = {
        { "-", FIGURES_RANGE }, { "to", FIGURES_RANGE },
        { "~", FIGURES_RANGE }, { "至", FIGURES_RANGE },
        { "到", FIGURES_RANGE }, { "and", FIGURES_LISTED },
        { "or", FIGURES_LISTED }, { "和", FIGURES_LISTED },
        { "或", FIGURES_LISTED }, { "与", FIGURES_LISTED },
        { ",", FIGURES_LISTED }, { "、", FIGURES_LISTED },
        { "/", FIGURES_LISTED }, { NULL, FIGURES_APART }
    };

    i = figures_skip(t, i);

    if (i < to && t->c[i].cp == ',' && figures_skip(t, i + 1) < to) {
        i = figures_skip(t, i + 1);
    }

    for (k = 0; joints[k].text != NULL; k++) {
        len = figures_at(t, i, joints[k].text);

        if (len > 0 && figures_skip(t, i + len) == to) {
            return joints[k].joint;
        }
    }

    return FIGURES_APART;
}


/* What belongs to both ends of a range, or to all of a list. */

static void
figures_share(figures_raw_t *raw, size_t n)
{
    size_t  i;

    for (i = n; i > 1; i--) {
        if (raw[i - 2].kind == FIGURE_NONE && raw[i - 1].kind != FIGURE_NONE
            && raw[i - 1].joint != FIGURES_APART
            && !(raw[i - 1].joint == FIGURES_LISTED && raw[i - 2].n.year))
        {
            figures_give(&raw[i - 2], &raw[i - 1]);

        } else if (raw[i - 2].kind == FIGURE_MONEY
                   && raw[i - 1].kind != FIGURE_PERCENT
                   && raw[i - 1].joint == FIGURES_RANGE)
        {
            /* "$5-10 million" */

            figures_give(&raw[i - 2], &raw[i - 1]);
        }
    }

    for (i = 1; i < n; i++) {
        if (raw[i].kind == FIGURE_NONE && raw[i - 1].kind != FIGURE_NONE
            && raw[i].joint == FIGURES_RANGE)
        {
            raw[i].kind = raw[i - 1].kind;
            raw[i].currency = raw[i - 1].currency;
            raw[i].shift = raw[i - 1].shift;
        }
    }
}


static void
figures_give(figures_raw_t *to, const figures_raw_t *from)
{
    if (to->kind == FIGURE_NONE) {
        to->kind = from->kind;
        to->currency = from->currency;
        to->shift = from->shift;
    }

    if (from->joint == FIGURES_RANGE && from->n.scaled && !to->n.scaled) {
        to->n.exponent += from->n.scale;
        to->n.scaled = true;
    }
}


static void
figures_add(const figures_text_t *t, const figures_raw_t *raw, figures_t *f)
{
    figure_t  *fig;

    if (f->n == FIGURES_MAX) {
        f->overflow = true;
        return;
    }

    fig = &f->list[f->n++];
    fig->kind = raw->kind;
    fig->currency = raw->currency;
    fig->exponent = raw->n.exponent + raw->shift;
    memcpy(fig->digits, raw->n.digits, sizeof(fig->digits));
    fig->from = t->c[raw->from].start;
    fig->to = t->c[raw->to - 1].end;
    fig->joined = raw->joint == FIGURES_RANGE;
}
