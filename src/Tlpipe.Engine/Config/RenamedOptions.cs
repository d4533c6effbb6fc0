// Options that a config gives by a name from before.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;

namespace Tlpipe.Engine.Config;

/// <summary>Reads options by their old names, with a warning, or refuses them, as <see cref="RenamedFromAttribute"/> says.</summary>
/// <param name="what">What has the options, for messages: <c>'classify'</c>.</param>
/// <param name="mistakes">Receives warnings and mistakes.</param>
internal sealed class RenamedOptions(string what, Mistakes mistakes)
{
    /// <summary>The mapping with each option under its new name. An old name that is refused, or stands beside the new one, stays.</summary>
    public MappingNode WithNewNames(OptionModel model, MappingNode mapping, string path)
    {
        foreach (var entry in mapping.Entries)
        {
            if (model.ByOldName(entry.Key) is not { OldNamesAreRefused: false } option || mapping[option.Name] is not null)
                continue;
            mapping = mapping.With(entry with { Key = option.Name }, entry);
            var isOnCommandLine = entry.Value.Location is null;
            mistakes.Warn(
                isOnCommandLine ? null : entry.Location, isOnCommandLine ? entry.Value.Origin : null,
                $"{Renaming(option, entry, path)}; the old name is read until the next version");
        }
        return mapping;
    }

    /// <summary>Reports an old name that stayed.</summary>
    public void Report(Option option, Entry entry, MappingNode mapping, string path)
    {
        var isGiven = mapping[option.Name] is not null;
        mistakes.Add(
            entry.Location,
            entry.Location is null ? entry.Value.Origin : null,
            isGiven ? ErrorCode.Contradiction : ErrorCode.UnknownKey,
            Renaming(option, entry, path) + (isGiven ? ", and both are given" : ""),
            isGiven ? $"leave '{OptionBinder.Join(path, entry.Key)}' out" : $"write '{OptionBinder.Join(path, option.Name)}'");
    }

    private string Renaming(Option option, Entry entry, string path) =>
        $"option '{OptionBinder.Join(path, entry.Key)}' of {what} is now '{OptionBinder.Join(path, option.Name)}'";
}
