// tlpipe completion: scripts for shells that complete commands and options.
using System.CommandLine;

namespace Tlpipe.Commands;

/// <summary>Prints a script that asks tlpipe for completions (the directive <c>[suggest]</c>); the shell completes files.</summary>
internal static class CompletionCommand
{
    private static readonly Dictionary<string, string> Scripts = new(StringComparer.Ordinal)
    {
        ["bash"] = """
            # eval "$(tlpipe completion bash)" in ~/.bashrc
            _tlpipe() {
              local word="${COMP_WORDS[COMP_CWORD]}" IFS=$'\n'
              COMPREPLY=($(compgen -W "$(tlpipe "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "$word"))
            }
            complete -o default -F _tlpipe tlpipe
            """,
        ["zsh"] = """
            # eval "$(tlpipe completion zsh)" in ~/.zshrc, after compinit
            _tlpipe() {
              local -a found
              found=("${(@f)$(tlpipe "[suggest:${#BUFFER}]" "$BUFFER" 2>/dev/null)}")
              [[ -n "${found[1]}" ]] && compadd -- "${found[@]}"
              _files
            }
            compdef _tlpipe tlpipe
            """,
        ["fish"] = """
            # tlpipe completion fish | source in ~/.config/fish/config.fish
            complete -c tlpipe -a '(tlpipe "[suggest:"(string length (commandline -cp))"]" (commandline -cp) 2>/dev/null)'
            """,
    };

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish" };
        shell.AcceptOnlyFromAmong([.. Scripts.Keys]);
        var command = new Command("completion", "Prints a script that completes commands and options in your shell") { shell };
        command.SetAction(parsed =>
        {
            Console.Write(Scripts[parsed.GetRequiredValue(shell)].ReplaceLineEndings("\n") + "\n");
            return 0;
        });
        return command;
    }
}
