import { setupServer } from "msw/node";

/** Each test says what the services answer: `server.use(http.get("/devices", …))`. */
export const server = setupServer();
