export default {
  title: "People",
};
