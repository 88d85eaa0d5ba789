import { setupServer } from "msw/node";

/** Each test defines the responses it needs: `server.use(http.get("/devices", …))`. */
export const server = setupServer();
