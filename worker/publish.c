/* See publish.h.  One connection of the master, made again with back-off. */

#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <cjson/cJSON.h>

#include "clock.h"
#include "log.h"
#include "publish.h"

#define PUBLISH_MAX_CHANNEL  96
#define PUBLISH_MAX_TEXT     128


static int publish_connect(publish_t *p);
static int publish_failed(publish_t *p, const char *why);
static void publish_works(publish_t *p);
static void publish_command(publish_t *p, const char *channel,
    const char *payload);


void
publish_init(publish_t *p, const config_t *cfg)
{
    memset(p, 0, sizeof(publish_t));
    p->cfg = cfg;
}


void
publish_close(publish_t *p)
{
    if (p->redis != NULL) {
        redisFree(p->redis);
        p->redis = NULL;
        p->pending = 0;
    }
}


/* The text of a member, NULL when it is no string of a sane length. */
static const char *
publish_member(const cJSON *json, const char *name)
{
    const char  *s;

    s = cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(json, name));

    return s != NULL && strlen(s) < PUBLISH_MAX_CHANNEL / 2 ? s : NULL;
}


void
publish_event(publish_t *p, const char *payload)
{
    char         channel[PUBLISH_MAX_CHANNEL];
    cJSON       *json;
    const char  *kind, *id, *workspace;

    if (publish_connect(p) != 0) {
        return;
    }

    json = cJSON_Parse(payload);
    workspace = publish_member(json, "workspace_id");
    kind = publish_member(json, "kind");
    id = publish_member(json, "id");

    if (workspace == NULL || kind == NULL || id == NULL) {
        log_error("an event without workspace, kind or id was dropped");
        cJSON_Delete(json);
        return;
    }

    snprintf(channel, sizeof(channel), "paperal:ws:%s", workspace);
    publish_command(p, channel, payload);

    if (strcmp(kind, "analysis") == 0) {
        snprintf(channel, sizeof(channel), "paperal:analysis:%s", id);
        publish_command(p, channel, payload);
    }

    cJSON_Delete(json);

    if (p->pending >= PUBLISH_MAX_PENDING) {
        publish_flush(p);
    }
}


static void
publish_command(publish_t *p, const char *channel, const char *payload)
{
    if (redisAppendCommand(p->redis, "PUBLISH %s %b", channel, payload,
                           strlen(payload)) == REDIS_OK)
    {
        p->pending++;
    }
}


void
publish_flush(publish_t *p)
{
    char         text[PUBLISH_MAX_TEXT];
    redisReply  *reply;

    while (p->redis != NULL && p->pending > 0) {
        if (redisGetReply(p->redis, (void **) &reply) != REDIS_OK) {
            snprintf(text, sizeof(text), "%s", p->redis->errstr);
            (void) publish_failed(p, text);
            return;
        }

        p->pending--;

        if (reply->type == REDIS_REPLY_ERROR) {
            snprintf(text, sizeof(text), "%s", reply->str);
            freeReplyObject(reply);
            (void) publish_failed(p, text);
            return;
        }

        freeReplyObject(reply);
        publish_works(p);
    }
}


static void
publish_works(publish_t *p)
{
    if (p->down) {
        log_info("redis connection is back");
    }

    p->down = 0;
    p->backoff = 0;
}


static int
publish_connect(publish_t *p)
{
    char             text[PUBLISH_MAX_TEXT];
    redisReply      *reply;
    struct timeval   tv;
    const config_t  *cfg;

    cfg = p->cfg;

    if (p->redis != NULL) {
        return 0;
    }

    if (cfg->redis_host == NULL || p->retry_at > clock_ms()) {
        return -1;
    }

    tv.tv_sec = 0;
    tv.tv_usec = PUBLISH_TIMEOUT_MS * 1000;

    p->redis = cfg->redis_host[0] == '/'
               ? redisConnectUnixWithTimeout(cfg->redis_host, tv)
               : redisConnectWithTimeout(cfg->redis_host, cfg->redis_port, tv);

    if (p->redis == NULL || p->redis->err) {
        snprintf(text, sizeof(text), "%s",
                 p->redis != NULL ? p->redis->errstr : "no memory");
        return publish_failed(p, text);
    }

    redisSetTimeout(p->redis, tv);

    if (cfg->redis_password != NULL) {
        reply = redisCommand(p->redis, "AUTH %s", cfg->redis_password);

        if (reply == NULL || reply->type == REDIS_REPLY_ERROR) {
            if (reply != NULL) {
                freeReplyObject(reply);
            }

            return publish_failed(p, "the password was refused");
        }

        freeReplyObject(reply);
    }

    return 0;
}


static int
publish_failed(publish_t *p, const char *why)
{
    if (!p->down) {
        log_warn("no redis, live events wait for polling: %s", why);
    }

    publish_close(p);

    p->down = 1;
    p->backoff = p->backoff == 0 ? PUBLISH_BACKOFF_MIN : p->backoff * 2;

    if (p->backoff > PUBLISH_BACKOFF_MAX) {
        p->backoff = PUBLISH_BACKOFF_MAX;
    }

    p->retry_at = clock_ms() + p->backoff;

    return -1;
}
