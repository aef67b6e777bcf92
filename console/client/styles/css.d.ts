/** The bundler takes style sheets from the imports. */
declare module "*.css";
