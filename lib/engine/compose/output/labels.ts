/** Labels that Compose gives its containers. */

export const PROJECT_LABEL = "com.docker.compose.project";
export const SERVICE_LABEL = "com.docker.compose.service";
export const HOME_LABEL = "com.docker.compose.project.working_dir";
export const NUMBER_LABEL = "com.docker.compose.container-number";
