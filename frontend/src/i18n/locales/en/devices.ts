export default {
  title: "Meters",
};
