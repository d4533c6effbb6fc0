// The arguments about content that is fetched from elsewhere.
using System.CommandLine;
using Tlpipe.Engine.Plan;

namespace Tlpipe.Commands;

/// <summary>Whether the network may be used, and whether names are resolved again.</summary>
internal sealed class OriginArguments
{
    private readonly Option<bool> offline = new("--offline") { Description = "Uses no network, only what is on this machine; as HF_HUB_OFFLINE=1 does" };

    private readonly Option<bool> refresh = new("--refresh")
    {
        Description = "Resolves names of models and addresses of files again, and writes the results to the lock file beside the config",
    };

    public void AddTo(Command command)
    {
        command.Add(offline);
        command.Add(refresh);
    }

    public OriginOptions Of(ParseResult parsed) => new(parsed.GetValue(offline), parsed.GetValue(refresh));
}
