export default {
  title: "Cont",
};
