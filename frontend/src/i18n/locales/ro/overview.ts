export default {
  title: "Privire de ansamblu",
};
