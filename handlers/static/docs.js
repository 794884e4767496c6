"use strict";

if (window.SwaggerUIBundle) {
  window.SwaggerUIBundle({
    url: "/docs/openapi.json",
    dom_id: "#docs",
    deepLinking: true,
    docExpansion: "list",
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    requestSnippetsEnabled: true,
    validatorUrl: null, // it would ask a server elsewhere
  });
}
