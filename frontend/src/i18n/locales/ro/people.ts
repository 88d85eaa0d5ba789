export default {
  title: "Persoane",
};
