import account from "./account";
import alerts from "./alerts";
import auth from "./auth";
import common from "./common";
import corrections from "./corrections";
import devices from "./devices";
import meters from "./meters";
import overview from "./overview";
import people from "./people";
import problems from "./problems";
import rejected from "./rejected";

export default {
  account,
  alerts,
  auth,
  common,
  corrections,
  devices,
  meters,
  overview,
  people,
  problems,
  rejected,
};
