/*
 * launch FILE PROGRAM ARGS...: runs the program and writes the peak of its resident memory, and that of its children,
 * in KiB to the file. A process begins with its parent's peak as its own; this parent has hardly any.
 */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
    struct rusage usage;
    int status;
    if (argc < 3) return 99;
    pid_t child = fork();
    if (child == 0) {
        execv(argv[2], argv + 2);
        _exit(99);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child) return 99;
    FILE *file = fopen(argv[1], "w");
    if (!file || fprintf(file, "%ld\n", usage.ru_maxrss) < 0 || fclose(file)) return 99;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}
