export default {
  title: "Citiri respinse",
};
