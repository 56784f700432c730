/* worker/log.c: one JSON object a line, levels, secrets never in it. */

#include <fcntl.h>
#include <unistd.h>
#include <cjson/cJSON.h>

#include "log.h"
#include "test.h"

static char  out[3 * LOG_MAX_LINE];
static int   fds[2];


/* What was written to stderr since the last call. */
static const char *
written(void)
{
    ssize_t  n;

    n = read(fds[0], out, sizeof(out) - 1);
    out[n > 0 ? n : 0] = '\0';

    return out;
}


static const char *
member(const char *line, const char *name)
{
    static char   value[LOG_MAX_LINE];
    const char   *s;
    cJSON        *json;

    json = cJSON_Parse(line);
    s = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));
    snprintf(value, sizeof(value), "%s", s != NULL ? s : "(none)");
    cJSON_Delete(json);

    return value;
}


int
main(void)
{
    char         huge[4 * LOG_MAX_LINE];
    const char  *line;

    if (pipe2(fds, O_NONBLOCK) != 0 || dup2(fds[1], STDERR_FILENO) == -1) {
        perror("pipe");
        return 2;
    }

    log_set_process("slot 3");
    log_info("a \"quoted\" text\n%d", 7);
    line = written();
    test_str(member(line, "message"), "a \"quoted\" text\n7", "the message");
    test_str(member(line, "level"), "info", "the level");
    test_str(member(line, "process"), "slot 3", "the process");
    test_ok(strchr(line, '\n') == line + strlen(line) - 1, "is one line");

    log_debug("not shown");
    test_str(written(), "", "debug is below the level");
    log_set_level("nonsense");
    log_debug("not shown");
    test_str(written(), "", "an unknown level changes nothing");
    log_set_level("error");
    log_warn("not shown");
    test_str(written(), "", "warn is below error");
    log_set_level("debug");
    log_debug("shown");
    test_str(member(written(), "message"), "shown", "debug is shown");

    log_redact("hunter22");
    log_redact(NULL);
    log_redact("ab");
    log_error("password hunter22 and hunter22, abc");
    test_str(member(written(), "message"), "password *** and ***, abc",
             "secrets are hidden, each time");

    memset(huge, 'x', sizeof(huge) - 1);
    huge[sizeof(huge) - 1] = '\0';
    log_error("%s", huge);
    line = written();
    test_ok(strlen(line) > 1000 && strlen(line) < LOG_MAX_LINE,
            "a long message is cut");
    test_str(member(line, "level"), "error", "and still JSON");

    log_set_job(42);
    log_error("bad \xff\x01 bytes");
    line = written();
    test_ok(strstr(line, "\"job\":42") != NULL, "the job");
    test_str(member(line, "level"), "error", "invalid UTF-8 is still JSON");

    return test_done();
}
