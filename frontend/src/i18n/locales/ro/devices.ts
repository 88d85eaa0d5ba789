export default {
  title: "Contoare",
};
