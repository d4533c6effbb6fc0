// Which shared store a run or a plan uses.
using System.CommandLine;
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;

namespace Tlpipe.Commands;

/// <summary>The options <c>--remote</c> and <c>--push</c>, TLPIPE_REMOTE, and <c>runtime.remote</c> of the config.</summary>
internal sealed class RemoteArguments
{
    private const string None = "none";
    private const string AddressVariable = "TLPIPE_REMOTE";

    /// <summary>Holds the Authorization header for an address that the config does not give.</summary>
    private const string AuthorizationVariable = "TLPIPE_REMOTE_AUTHORIZATION";

    private readonly Option<string?> remote = new("--remote")
    {
        Description = "The address of a shared store, or none; else TLPIPE_REMOTE, else runtime.remote of the config",
        HelpName = "URL",
    };

    private readonly Option<string?> push = new("--push") { Description = "Sends results to the shared store: never or on-success", HelpName = "WHEN" };

    public RemoteArguments() => push.AcceptOnlyFromAmong("never", "on-success");

    public void AddTo(Command command, bool pushes)
    {
        command.Add(remote);
        if (pushes)
            command.Add(push);
    }

    /// <summary>The shared store; null for none.</summary>
    /// <exception cref="PipelineException">The address is invalid.</exception>
    public RemoteOptions? Of(ParseResult parsed, Pipeline pipeline)
    {
        var configured = pipeline.Runtime.Remote;
        var given = parsed.GetValue(remote) ?? Variable(AddressVariable);
        if (given == None)
            return null;
        Secret.HideIn(given);
        if (given is not null && !RemoteOptions.IsAddress(given))
            throw new PipelineException(null, ErrorCode.Remote, "the shared store's address is not a URL; write one such as https://cache.example.org/tlpipe");
        // The config's credentials are only for the config's server.
        var options = given is null || given == configured?.Url
            ? configured
            : new RemoteOptions
            {
                Url = given,
                Push = configured?.Push ?? PushPolicy.Never,
                Download = configured?.Download ?? DownloadPolicy.Needed,
                Authorization = Variable(AuthorizationVariable) is null ? null : new Secret(AuthorizationVariable),
            };
        return parsed.GetValue(push) switch
        {
            "never" => options is null ? null : options with { Push = PushPolicy.Never },
            "on-success" => (options ?? throw new PipelineException(null, ErrorCode.Remote, "--push has nowhere to send results to; give the shared store's address with --remote"))
                with
            { Push = PushPolicy.OnSuccess },
            _ => options,
        };
    }

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;
}
