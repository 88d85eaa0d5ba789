export default {
  title: "Rejected readings",
};
