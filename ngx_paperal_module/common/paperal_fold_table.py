#!/usr/bin/env python3
"""Writes paperal_fold_table.c to standard output, from Python's unicodedata.

    python3 paperal_fold_table.py > paperal_fold_table.c

A code point folds to the fixed point of "compatibility decomposition (NFKD),
then full case folding".  Two texts have equal folds exactly when their NFKC
forms are equal without case.  The overrides make one dash, one single quote,
one double quote; comparisons become the ASCII pair; what is invisible folds
to nothing.  Hangul syllables are left to arithmetic, U+00AD to the lexer.
"""

import unicodedata

DASHES = [*range(0x2010, 0x2016), 0x2043, 0x2212, 0xFE58, 0xFE63, 0xFF0D]
SINGLE = [0x60, 0xB4, 0x2018, 0x2019, 0x201A, 0x201B, 0x2032, 0x02B9, 0x02BC,
          0x2035, 0xFF07]
DOUBLE = [0xAB, 0xBB, 0x201C, 0x201D, 0x201E, 0x201F, 0x2033, 0x2036, 0x300C,
          0x300D, 0x300E, 0x300F, 0xFF02]
IGNORED = [0x34F, 0x61C, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810),
           *range(0x200B, 0x2010), *range(0x202A, 0x202F),
           *range(0x2060, 0x2070), 0x3164, *range(0xFE00, 0xFE10), 0xFEFF,
           0xFFA0, *range(0xE0000, 0xE1000)]
OVERRIDES = {
    **{cp: "-" for cp in DASHES}, **{cp: "'" for cp in SINGLE},
    **{cp: '"' for cp in DOUBLE}, **{cp: "" for cp in IGNORED},
    **{cp: "<=" for cp in (0x2264, 0x2266, 0x2A7D)},
    **{cp: ">=" for cp in (0x2265, 0x2267, 0x2A7E)},
    0x226A: "<<", 0x226B: ">>", 0x22EF: "...", 0x2217: "*",
    0x2028: " ", 0x2029: " ", 0x85: " ", 0xAD: "\u00ad",
}
CJK = [(0x3005, 0x3007), (0x3021, 0x3029), (0x3041, 0x3096), (0x309D, 0x309F),
       (0x30A1, 0x30FA), (0x30FC, 0x30FF), (0x3105, 0x312F), (0x31A0, 0x31BF),
       (0x31F0, 0x31FF), (0x3400, 0x4DBF), (0x4E00, 0x9FFF), (0xF900, 0xFAFF),
       (0x20000, 0x323AF)]
OTHER, LETTER, DIGIT, MARK, HAN, SPACE = range(6)


def codepoints():
    return (cp for cp in range(0x110000) if not 0xD800 <= cp < 0xE000)


def fold(cp):
    text = OVERRIDES.get(cp, chr(cp))
    while cp not in OVERRIDES:
        step = unicodedata.normalize("NFKD", text).casefold()
        step = unicodedata.normalize("NFKD", step)
        if step == text:
            break
        text = step
    return "".join(OVERRIDES.get(ord(c), c) for c in text)


def kind(cp):
    category = unicodedata.category(chr(cp))
    if any(low <= cp <= high for low, high in CJK):
        return HAN
    if category[0] == "M":
        return MARK
    if category[0] == "L" or category == "Nl":
        return LETTER
    if category[0] == "N":
        return DIGIT
    return SPACE if category[0] == "Z" or chr(cp) in "\t\n\v\f\r" else OTHER


def rows(items):
    line, items = "   ", list(items)
    for i, item in enumerate(items):
        item += "," if i + 1 < len(items) else ""
        if len(line) + 1 + len(item) > 79:
            print(line)
            line = "   "
        line += " " + item
    print(line)


def main():
    single, many, pool, where = {}, [], [], {}
    for cp in codepoints():
        if cp < 0x80 and cp not in OVERRIDES and not chr(cp).isupper():
            continue
        if 0xAC00 <= cp < 0xD7A4:
            continue
        text = fold(cp)
        if text == chr(cp):
            continue
        if len(text) == 1:
            single[cp] = ord(text)
            continue
        if text not in where:
            where[text] = len(pool)
            pool.extend(ord(c) for c in text)
        many.append((cp, where[text], len(text)))

    runs, keys, i = [], sorted(single), 0
    while i < len(keys):
        best = (1, 1)
        for stride in (1, 2):
            n = 1
            while (i + n < len(keys) and keys[i + n] == keys[i] + n * stride
                   and single[keys[i + n]] - keys[i + n]
                   == single[keys[i]] - keys[i]):
                n += 1
            best = max(best, (n, stride), key=lambda b: b[0])
        runs.append((keys[i], *best, single[keys[i]] - keys[i]))
        i += best[0]

    kinds, last = [], None
    for cp in codepoints():
        if last and unicodedata.category(chr(cp)) == "Cn" and kind(cp) == OTHER:
            continue
        row = (kind(cp), unicodedata.combining(chr(cp)))
        if row != last:
            kinds.append((cp, *row))
            last = row

    print("/*\n * Written by paperal_fold_table.py from Unicode "
          + unicodedata.unidata_version + ": do not edit.\n */\n")
    print('#include "paperal_fold_table.h"\n\n')
    print("const paperal_fold_run_t  paperal_fold_runs[] = {")
    rows(("{%d,%d,%d,%d}" % r for r in runs))
    print("};\n\nconst size_t  paperal_fold_nruns = %d;\n\n" % len(runs))
    print("const paperal_fold_many_t  paperal_fold_manies[] = {")
    rows(("{%d,%d,%d}" % m for m in many))
    print("};\n\nconst size_t  paperal_fold_nmanies = %d;\n\n" % len(many))
    print("const uint32_t  paperal_fold_pool[] = {")
    rows(("%d" % p for p in pool))
    print("};\n\n\nconst paperal_fold_kind_t  paperal_fold_kinds[] = {")
    rows(("{%d,%d,%d}" % k for k in kinds))
    print("};\n\nconst size_t  paperal_fold_nkinds = %d;" % len(kinds))


if __name__ == "__main__":
    main()
