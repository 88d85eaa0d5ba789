"""Every route of the API and the status that each kind of caller receives."""

from dataclasses import dataclass

CALLERS = ("anonymous", "client", "other", "admin")
"""`anonymous`: not signed in; `client`: the owner of the resource in the path; `other`: another client."""

TABLE = """
                                                     anonymous client other admin
GET    /auth/.well-known/jwks.json                         200    200   200   200
GET    /auth/.well-known/revoked.json                      200    200   200   200
GET    /auth/health                                        200    200   200   200
GET    /auth/ready                                         200    200   200   200
GET    /auth/settings                                      200    200   200   200
POST   /auth/register                                      201    201   201   201
POST   /auth/login                                         200    200   200   200
POST   /auth/token                                         200    200   200   200
POST   /auth/refresh                                       401    200   200   200
POST   /auth/logout                                        204    204   204   204
GET    /auth/me                                            401    200   200   200
PUT    /auth/password                                      401    204   204   204
GET    /auth/sessions                                      401    200   200   200
DELETE /auth/sessions/{id}                                 401    204   404   404
POST   /auth/accounts                                      401    403   403   201
PATCH  /auth/accounts/{id}                                 401    403   403   200
GET    /auth/audit                                         401    403   403   200

GET    /users/health                                       200    200   200   200
GET    /users/ready                                        200    200   200   200
GET    /users                                              401    403   403   200
POST   /users                                              401    403   403   201
GET    /users/{user_id}                                    401    200   404   200
PATCH  /users/{user_id}                                    401    200   404   200
DELETE /users/{user_id}                                    401    403   403   204

GET    /devices/health                                     200    200   200   200
GET    /devices/ready                                      200    200   200   200
GET    /devices                                            401    200   200   200
POST   /devices                                            401    403   403   201
GET    /devices/{device_id}                                401    200   404   200
PATCH  /devices/{device_id}                                401    403   403   200
DELETE /devices/{device_id}                                401    403   403   204
PUT    /devices/{device_id}/owner                          401    403   403   200

GET    /monitoring/health                                  200    200   200   200
GET    /monitoring/ready                                   200    200   200   200
POST   /monitoring/readings                                401    202   202   202
GET    /monitoring/devices/{device_id}/readings            401    200   404   200
DELETE /monitoring/devices/{device_id}/readings            401    403   403   200
GET    /monitoring/devices/{device_id}/corrections         401    200   404   200
POST   /monitoring/devices/{device_id}/corrections         401    403   403   201
DELETE /monitoring/devices/{device_id}/corrections/{correction_id}   401  403  403  204
GET    /monitoring/devices/{device_id}/suspicious          401    200   404   200
GET    /monitoring/devices/{device_id}/consumption         401    200   404   200
GET    /monitoring/devices/{device_id}/heatmap             401    200   404   200
GET    /monitoring/devices/{device_id}/summary             401    200   404   200
GET    /monitoring/summaries                               401    200   200   200
GET    /monitoring/alerts                                  401    200   200   200
GET    /monitoring/alerts/count                            401    200   200   200
POST   /monitoring/alerts/acknowledge                      401    200   200   200
POST   /monitoring/alerts/{alert_id}/acknowledge           401    200   404   200
GET    /monitoring/fleet                                   401    403   403   200
GET    /monitoring/rejected                                401    403   403   200
GET    /monitoring/rejected/summary                        401    403   403   200
POST   /monitoring/rejected/replay                         401    403   403   200
POST   /monitoring/rejected/dismiss                        401    403   403   200

GET    /chat/health                                        200    200   200   200
GET    /chat/ready                                         200    200   200   200
GET    /chat/conversations                                 401    200   200   200
POST   /chat/conversations                                 401    200   201   403
GET    /chat/conversations/{conversation_id}               401    200   404   200
GET    /chat/conversations/{conversation_id}/messages      401    200   404   200
POST   /chat/conversations/{conversation_id}/messages      401    201   404   201
POST   /chat/conversations/{conversation_id}/notes         401    403   403   201
PATCH  /chat/conversations/{conversation_id}/messages/{message_id}   401  200  404  403
DELETE /chat/conversations/{conversation_id}/messages/{message_id}   401  200  404  403
POST   /chat/conversations/{conversation_id}/read          401    204   404   204
POST   /chat/conversations/{conversation_id}/typing        401    204   404   204
POST   /chat/conversations/{conversation_id}/handoff       401    200   404   403
POST   /chat/conversations/{conversation_id}/claim         401    403   403   200
POST   /chat/conversations/{conversation_id}/assign        401    403   403   200
POST   /chat/conversations/{conversation_id}/release       401    403   403   200
POST   /chat/conversations/{conversation_id}/resolve       401    403   403   200
POST   /chat/conversations/{conversation_id}/rating        401    200   404   403
GET    /chat/search                                        401    200   200   200
GET    /chat/unread                                        401    200   200   200
GET    /chat/people                                        401    200   200   200
GET    /chat/canned-replies                                401    403   403   200
POST   /chat/canned-replies                                401    403   403   201
PATCH  /chat/canned-replies/{reply_id}                     401    403   403   200
DELETE /chat/canned-replies/{reply_id}                     401    403   403   204

GET    /ws/health                                          200    200   200   200
GET    /ws/ready                                           200    200   200   200
"""


@dataclass(frozen=True, slots=True)
class Route:
    """A method, a path and the expected status for each of `CALLERS`."""

    method: str
    path: str
    expected: dict[str, int]

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def all_routes(table: str = TABLE) -> list[Route]:
    routes = []
    for line in table.splitlines()[2:]:
        if line.strip():
            method, path, *statuses = line.split()
            routes.append(Route(method, path, dict(zip(CALLERS, map(int, statuses), strict=True))))
    return routes
