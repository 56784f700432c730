"""The same read as GET /api/v1/papers/{id}, written with FastAPI.

What "make bench" compares with: FastAPI, asyncpg and redis-py from Debian,
uvloop and httptools, the same checks (opaque token looked up in Redis, a
fixed-window limit in the same round trip), the same SQL under the same
row-level security, the same envelope and headers.
"""

import hashlib
import os
import time

import asyncpg
import redis.asyncio as redis
from fastapi import FastAPI, Header, Response

GET_SQL = ("SELECT paper_full_json(p)::text FROM papers p"
           " WHERE p.id = $1::uuid")
LIST_SQL = ("SELECT data::text, total FROM list_papers($1::uuid, NULL, NULL,"
            " NULL, NULL, NULL, NULL, 1, 20)")
IDENTITY_SQL = ("SELECT set_config('paperal.user_id',$1,true),"
                " set_config('paperal.workspaces',$2,true)")
LIMIT = 100000000

app = FastAPI()
state = {}


@app.on_event("startup")
async def startup():
    state["pool"] = await asyncpg.create_pool(
        host=os.environ["DB_HOST"], database=os.environ["DB_NAME"],
        user=os.environ["DB_USER"], min_size=4, max_size=4)
    state["redis"] = redis.Redis(unix_socket_path=os.environ["REDIS_HOST"])


async def identify(authorization):
    token = hashlib.sha256(authorization[7:].encode()).hexdigest()
    minute = int(time.time()) // 60
    pipe = state["redis"].pipeline(transaction=False)
    pipe.get("bench:cred:" + token)
    pipe.incr("bench:rl:%s:%d" % (token[:16], minute))
    identity, count = await pipe.execute()
    if identity is None or count > LIMIT:
        return None
    user, workspaces = identity.decode().split("|")
    return user, workspaces, count


def answer(body, count):
    return Response(content=body, media_type="application/json", headers={
        "X-RateLimit-Limit": str(LIMIT),
        "X-RateLimit-Remaining": str(LIMIT - count),
        "ETag": '"%s"' % hashlib.sha256(body.encode()).hexdigest()[:32],
        "Cache-Control": "private, no-cache"})


async def fetch(identity, sql, *args):
    async with state["pool"].acquire() as db:
        async with db.transaction():
            await db.execute(IDENTITY_SQL, identity[0], identity[1])
            return await db.fetchrow(sql, *args)


@app.get("/papers/{paper_id}")
async def get_paper(paper_id: str, authorization: str = Header()):
    identity = await identify(authorization)
    if identity is None:
        return Response(status_code=401)
    row = await fetch(identity, GET_SQL, paper_id)
    if row is None:
        return Response(status_code=404)
    return answer('{"success": true, "data": ' + row[0] + "}", identity[2])


@app.get("/papers")
async def list_papers(authorization: str = Header()):
    identity = await identify(authorization)
    if identity is None:
        return Response(status_code=401)
    row = await fetch(identity, LIST_SQL, identity[0])
    return answer('{"success": true, "data": ' + row[0]
                  + ', "meta": {"pagination": {"total": %d}}}' % row[1],
                  identity[2])
