/*
 * The rules for new passwords.  Length is the one that counts (as in NIST
 * SP 800-63B): beside it only what guessing programs try first is refused.
 */

#include "paperal_password.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/crypto.h>

#include "paperal_utf8.h"


#define RULES_MAX_PERIOD  4        /* characters of a repeated pattern */


/*
 * The commonest passwords of published leaks that are long enough to pass the
 * first rule; lower case, in the order of strcmp().
 */
static const char  *const common_passwords[] = {
    "!@#$%^&*()", "!@#$%^&*()_+", "!@#$qwer1234", "!qaz2wsx3edc",
    "!qaz@wsx#edc", "0000000000", "00000000000", "000000000000", "00112233445",
    "0123456789", "01234567890", "0123456789a", "0147258369", "0192837465",
    "0987654321", "0o9i8u7y6t", "100200300400", "1010101010", "10101010101",
    "1020304050", "10203040506", "102030405060", "1029384756", "1111111111",
    "11111111111", "111111111111", "1112223334", "111222333444", "1122334455",
    "112233445566", "11223344556677", "1123581321", "1212121212", "1231231231",
    "123123123123", "1232123212", "123321123321", "12344321123", "1234509876",
    "1234512345", "1234554321", "123456123456", "123456789!", "123456789.",
    "1234567890", "1234567890-=", "12345678900", "123456789000", "12345678901",
    "123456789012", "1234567890123", "1234567890a", "1234567890q",
    "1234567890qwertyuiop", "1234567891", "12345678910", "12345678912",
    "1234567899", "123456789a", "123456789abc", "123456789asd", "123456789q",
    "123456789qaz", "123456789qwe", "123456789z", "12345678a9", "12345678ab",
    "12345678abc", "12345678qwe", "1234567abc", "1234567qwe", "1234567qwerty",
    "123456abcdef", "123456asdf", "123456asdfgh", "123456qazwsx",
    "123456qwerty", "123456zxcvbn", "12345abcde", "12345asdfg", "12345qwert",
    "12345qwerty", "1234abcd1234", "1234qwerasdf", "1234qwerasdfzxcv",
    "1234qwerty", "123654789a", "123abc123abc", "123qwe123qwe", "123qwe456rty",
    "123qweasdzxc", "12qwaszx12", "12qwaszxcv", "13145201314", "1314520520",
    "1357913579", "1357924680", "13579246810", "1472583690", "1478523690",
    "159753456852", "1597534682", "1a2b3c4d5e", "1q1q1q1q1q", "1q2w3e1q2w3e",
    "1q2w3e4r!@", "1q2w3e4r5t", "1q2w3e4r5t6y", "1q2w3e4r5t6y7u",
    "1q2w3e4r5t6y7u8i", "1q2w3e4r5t6y7u8i9o0p", "1qaz!qaz1qaz", "1qaz1qaz1qaz",
    "1qaz2wsx1234", "1qaz2wsx3edc", "1qaz2wsx3edc4rfv", "1qaz@wsx3edc",
    "1qazxsw2345", "1qazxsw23edc", "1qw23er45t", "2222222222", "2580147369",
    "2580258025", "3216549870", "3333333333", "4444444444", "5201314520",
    "5201314521", "5555555555", "6666666666", "7758258521", "7758521520",
    "7777777777", "7894561230", "789456123a", "8888888888", "9876543210",
    "98765432100", "987654321a", "987654321q", "9999999999", "999999999a",
    "a123456789", "a1234567890", "a12345678910", "a1b2c3d4e5", "a1s2d3f4g5",
    "aa12345678", "aa123456789", "aa1234567890", "aaaa1111aaaa", "aaaaaaaaaa",
    "aaaaaaaaaaa", "aaaaaaaaaaaa", "abc1234567", "abc123456789",
    "abc1234567890", "abcabcabcabc", "abcd123456", "abcd12345678",
    "abcde12345", "abcdef1234", "abcdef123456", "abcdefgh123", "abcdefghij",
    "abcdefghijk", "abcdefghijkl", "admin12345", "admin123456", "admin1234567",
    "admin123456789", "admin@123456", "adminadmin", "adminadmin1",
    "administrator", "administrator1", "aini5201314", "aq1sw2de3fr4",
    "aqwertyuiop", "as12345678", "as123456789", "asd1234567", "asd123456789",
    "asdasdasdasd", "asdf123456", "asdf123456789", "asdf1234asdf",
    "asdfasdfasdf", "asdfgh123456", "asdfghjkl1", "asdfghjkl12",
    "asdfghjkl123", "asdfghjkl123456", "asdfghjkl;", "asdfghjklz",
    "asdfjkl;123", "asdfqwer1234", "azerty1234", "azerty123456", "azertyuiop",
    "azertyuiop1", "barcelona1", "barcelona10", "baseball10", "baseball11",
    "baseball12", "basketball", "basketball1", "basketball23", "bismillah1",
    "bismillah786", "blackberry", "blink182182", "bubblegum1", "buttercup1",
    "butterfly1", "butterfly2", "california", "california1", "changeme12",
    "changeme123", "changemenow", "charlie123", "cheesecake", "chelsea123",
    "chen123456", "chocolate1", "chocolate12", "chocolate2", "christian1",
    "christine1", "christmas1", "christopher", "christopher1", "cinderella",
    "cleopatra1", "computer12", "computer123", "computer1234", "confidential",
    "correcthorsebatterystaple", "daddysgirl", "danielle12", "default123",
    "defaultpassword", "development", "diamond123", "dragon1234",
    "dragon12345", "dragon123456", "dragonball", "dragonball1", "dragonballz",
    "elephant12", "elephant123", "elizabeth1", "enterprise", "facebook12",
    "facebook123", "fernando12", "fernandoalonso", "ferrari123",
    "firstpassword", "football10", "football11", "football12", "football123",
    "football1234", "forever123", "fuckyou123", "fuckyou1234", "fuckyou123456",
    "gobluebears", "godfather1", "godisgood1", "godisgreat", "grandmother",
    "greenday12", "guest12345", "hello12345", "hello123456", "hello1234567",
    "hellohello", "hellokitty", "hellokitty1", "helloworld", "helloworld1",
    "helloworld123", "highschool", "homersimpson", "ihateyou12", "ilovegod12",
    "ilovejesus", "ilovejesus1", "ilovemusic", "ilovemyfamily", "ilovemymom",
    "ilovemyself", "iloveu1234", "iloveyou12", "iloveyou123", "iloveyou1234",
    "iloveyou12345", "iloveyou13", "iloveyou14", "iloveyou22", "iloveyou3000",
    "iloveyoubaby", "iloveyouforever", "iloveyousomuch", "internet12",
    "internet123", "jackdaniels", "jennifer12", "jessica123", "jesuschrist",
    "jesuschrist1", "jesusislord", "jesuslovesme", "jesussaves",
    "jonasbrothers", "jonathan12", "juventus10", "kristina12", "leonardo12",
    "letmein123", "letmein1234", "letmein12345", "letmeinnow", "letmeinplease",
    "li123456789", "liu123456789", "liverpool1", "liverpool123", "liverpoolfc",
    "lollipop12", "lovelove12", "lovelovelove", "lovely1234", "loveme1234",
    "loveyou123", "loveyou1234", "manchester", "manchester1",
    "manchesterunited", "manutd1234", "maradona10", "master1234",
    "master12345", "master123456", "metallica1", "michael123", "michelle12",
    "mickeymouse", "mickeymouse1", "microsoft1", "mississippi", "monkey1234",
    "monkey12345", "monkey123456", "motherfucker", "motorcycle", "motorola12",
    "mustang123", "mynameisbob", "mypassword", "mypassword1", "mypassword123",
    "mypasswords", "myspace123", "newpassword", "newpassword1",
    "newpassword123", "nicole1234", "nightmare1", "nintendo64", "nopassword",
    "nopassword1", "nothing123", "notpassword", "operations", "p@ssw0rd12",
    "p@ssw0rd123", "p@ssw0rd1234", "p@ssword12", "p@ssword123", "p@ssword1234",
    "pa55word12", "pa55word123", "paperal123", "paperal1234", "paperal12345",
    "paperalpaperal", "pass123456", "pass1234567", "pass12345678",
    "passpasspass", "passw0rd12", "passw0rd123", "passw0rd1234", "passwd1234",
    "password00", "password01", "password010", "password02", "password07",
    "password08", "password09", "password10", "password100", "password11",
    "password111", "password12", "password123", "password1234",
    "password12345", "password123456", "password1234567", "password12345678",
    "password123456789", "password1234567890", "password13", "password14",
    "password15", "password16", "password17", "password18", "password19",
    "password20", "password2010", "password2020", "password2021",
    "password2022", "password2023", "password2024", "password2025",
    "password2026", "password21", "password22", "password23", "password24",
    "password25", "password33", "password44", "password55", "password66",
    "password69", "password77", "password88", "password89", "password90",
    "password99", "password999", "passwordpass", "passwordpassword",
    "passwords1", "peanutbutter", "photography", "playboy123", "playstation",
    "playstation2", "playstation3", "pokemon123", "pokemon1234", "police1234",
    "portugal12", "princesa12", "princess10", "princess11", "princess12",
    "princess123", "princess1234", "princess13", "purple1234", "q123456789",
    "q1q1q1q1q1", "q1w2e3r4t5", "q1w2e3r4t5y6", "q1w2e3r4t5y6u7", "qazwsx1234",
    "qazwsx12345", "qazwsx123456", "qazwsxedc1", "qazwsxedc12", "qazwsxedc123",
    "qazwsxedcrfv", "qazwsxedcrfvtgb", "qazxsw1234", "qazxswedcvfr",
    "qq123456789", "qqqqqqqqqq", "qwaszx1234", "qwe1234567", "qwe123456789",
    "qwe123qwe123", "qweasd1234", "qweasd123456", "qweasdzxc1", "qweasdzxc12",
    "qweasdzxc123", "qweqweqwe123", "qweqweqweqwe", "qwer123456",
    "qwer1234qwer", "qwerasdfzxcv", "qwert12345", "qwert123456", "qwerty0987",
    "qwerty1234", "qwerty12345", "qwerty123456", "qwerty1234567",
    "qwerty12345678", "qwerty123456789", "qwerty1234567890", "qwerty654321",
    "qwerty7890", "qwertyasdf", "qwertyasdfgh", "qwertyqwerty", "qwertyuiop",
    "qwertyuiop1", "qwertyuiop10", "qwertyuiop12", "qwertyuiop123",
    "qwertyuiop1234", "qwertyuiop123456", "qwertyuiop[]", "qwertyuiop[]\\",
    "qwertyuiopas", "qwertyuiopasdfghjkl", "qwertyuiopasdfghjklzxcvbnm",
    "qwertz1234", "qwertzuiop", "raiders123", "rainbow123", "realmadrid",
    "realmadrid1", "realmadrid7", "rockstar12", "rockyou123", "ronaldo123",
    "samantha12", "samsung123", "samsung1234", "scorpion12", "secret1234",
    "secret12345", "secret123456", "september1", "shadow1234", "shadow12345",
    "skateboard", "skateboarding", "snowboarding", "soccer1234", "soccer12345",
    "softball12", "spiderman1", "spiderman123", "spiderman2", "spiderman3",
    "spongebob1", "spongebob12", "spongebob2", "starcraft1", "starcraft2",
    "startrek12", "starwars12", "starwars123", "starwars1234", "strawberry",
    "strawberry1", "summer2012", "summer2020", "summer2021", "summer2022",
    "summer2023", "summer2024", "summer2025", "sunflower1", "sunshine10",
    "sunshine11", "sunshine12", "sunshine123", "sunshine1234", "super123456",
    "superman12", "superman123", "superman1234", "supersecret", "superstar1",
    "sweetheart", "sweetheart1", "sweetie123", "swordfish1", "system1234",
    "temp123456", "temporary1", "temporary123", "temppassword", "tennessee1",
    "test123456", "test1234567", "test12345678", "test123456789", "testing123",
    "testing1234", "testing12345", "testpassword", "testtest12", "testtest123",
    "thomas1234", "tinkerbell", "tinkerbell1", "toyota1234", "trustno123",
    "trustno1trustno1", "undertaker", "undertaker1", "universal1",
    "university", "valentina1", "valentine1", "vampire123", "vkontakte1",
    "volleyball", "volleyball1", "w123456789", "wallpaper1", "wang123456",
    "warcraft12", "warhammer1", "washington", "welcome123", "welcome1234",
    "welcome12345", "welcome123456", "welcome2020", "welcome2021",
    "welcome2022", "welcome2023", "welcome2024", "welcome2025", "welcomehome",
    "whatever12", "whatever123", "whateveryouwant", "william123", "windows123",
    "winter2020", "winter2021", "winter2022", "winter2023", "winter2024",
    "winter2025", "wo5201314520", "woaini123456", "woaini1314",
    "woaini5201314", "woaini520520", "woaini521521", "woaiwojia1",
    "wolverine1", "wonderland", "wwwwwwwwww", "xxxxxxxxxx", "yankees123",
    "yourmother", "yourpassword", "youtube123", "z123456789", "zaq12wsxcde3",
    "zaq1xsw2cde3", "zaq1zaq1zaq1", "zaqxswcdevfr", "zhang123456",
    "zxasqw1234", "zxasqw123456", "zxc123456789", "zxcvasdfqwer",
    "zxcvasdfqwer1234", "zxcvb12345", "zxcvbn123456", "zxcvbnm,./",
    "zxcvbnm123", "zxcvbnm1234", "zxcvbnm12345", "zxcvbnm123456", "zxcvbnmasd",
    "zxcvbnmasdfghjkl", "zxczxczxc1", "zz123456789", "zzzzzzzzzz",
};

#define COMMON_COUNT                                                          \
    (sizeof(common_passwords) / sizeof(common_passwords[0]))


static const char  *const rules_reasons[] = {
    "",
    "must be text without control characters",
    "must have at least 10 characters",
    "must have at most 128 characters",
    "is one of the commonest passwords",
    "is too simple",
    "must not be the e-mail address"
};


static int
rules_compare(const void *key, const void *entry)
{
    return strcmp(key, *(const char *const *) entry);
}


static int
rules_is_common(const char *lower)
{
    return bsearch(lower, common_passwords, COMMON_COUNT,
                   sizeof(common_passwords[0]), rules_compare)
           != NULL;
}


/* One pattern of few characters over and over: "aaaaaaaaaa", "abcabcabca". */
static int
rules_is_repeated(const uint32_t *chars, size_t count)
{
    size_t  i, period;

    for (period = 1; period <= RULES_MAX_PERIOD; period++) {
        for (i = period; i < count; i++) {
            if (chars[i] != chars[i - period]) {
                break;
            }
        }

        if (i == count) {
            return 1;
        }
    }

    return 0;
}


/* Every character one above, or every one below, the last: "klmnopqrst". */
static int
rules_is_sequence(const uint32_t *chars, size_t count)
{
    size_t    i;
    uint32_t  step;

    step = chars[1] - chars[0];

    if (step != 1 && step != (uint32_t) -1) {
        return 0;
    }

    for (i = 2; i < count; i++) {
        if (chars[i] - chars[i - 1] != step) {
            return 0;
        }
    }

    return 1;
}


/* The letters of a password or address without case; len < size. */
static void
rules_lower(char *out, const char *s, size_t len)
{
    size_t  i;

    for (i = 0; i < len; i++) {
        out[i] = s[i] >= 'A' && s[i] <= 'Z' ? (char) (s[i] | 0x20) : s[i];
    }

    out[len] = '\0';
}


/* Splits into code points; returns how many, 0 if it is no text. */
static size_t
rules_decode(uint32_t *chars, const char *s, size_t len)
{
    size_t    i, n, count;
    uint32_t  cp;

    for (i = 0, count = 0; i < len; i += n) {
        n = paperal_utf8_decode(s + i, len - i, &cp);

        if (n == 0 || cp < 0x20 || (cp >= 0x7f && cp < 0xa0)) {
            return 0;
        }

        chars[count++] = cp;
    }

    return count;
}


static int
rules_is_email(const char *lower, const char *email, size_t email_len)
{
    size_t       len;
    const char  *at;

    len = strlen(lower);

    if (paperal_text_equal_nocase(email, email_len, lower)) {
        return 1;
    }

    at = memchr(email, '@', email_len);

    return at != NULL && (size_t) (at - email) == len
           && paperal_text_equal_nocase(email, len, lower);
}


paperal_password_e
paperal_password_check(const char *password, size_t len, const char *email,
    size_t email_len)
{
    char                lower[PAPERAL_PASSWORD_MAX_LEN + 1];
    size_t              count;
    uint32_t            chars[PAPERAL_PASSWORD_MAX_LEN];
    paperal_password_e  rc;

    if (len == 0) {
        return PAPERAL_PASSWORD_TOO_SHORT;
    }

    if (len > PAPERAL_PASSWORD_MAX_LEN) {
        return PAPERAL_PASSWORD_TOO_LONG;
    }

    rules_lower(lower, password, len);
    count = rules_decode(chars, lower, len);

    if (count == 0) {
        rc = PAPERAL_PASSWORD_NOT_TEXT;

    } else if (count < PAPERAL_PASSWORD_MIN_CHARS) {
        rc = PAPERAL_PASSWORD_TOO_SHORT;

    } else if (count > PAPERAL_PASSWORD_MAX_CHARS) {
        rc = PAPERAL_PASSWORD_TOO_LONG;

    } else if (rules_is_common(lower)) {
        rc = PAPERAL_PASSWORD_COMMON;

    } else if (rules_is_repeated(chars, count)
               || rules_is_sequence(chars, count))
    {
        rc = PAPERAL_PASSWORD_SIMPLE;

    } else if (email != NULL && rules_is_email(lower, email, email_len)) {
        rc = PAPERAL_PASSWORD_LIKE_EMAIL;

    } else {
        rc = PAPERAL_PASSWORD_OK;
    }

    OPENSSL_cleanse(lower, sizeof(lower));
    OPENSSL_cleanse(chars, sizeof(chars));

    return rc;
}


const char *
paperal_password_reason(paperal_password_e code)
{
    return rules_reasons[code];
}
