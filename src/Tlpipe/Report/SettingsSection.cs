// The settings to reproduce a run: the resolved config, the machine, and versions.
using System.Globalization;
using Tlpipe.Engine.Store;

namespace Tlpipe.Report;

/// <summary>Shows options and environment.</summary>
internal static class SettingsSection
{
    public static Section Config(RunRecord run)
    {
        var stages = run.Stages.Select(stage => Section.Folded($"{stage.Name} ({stage.Stage.Kind})", Section.Table(
            $"Options of {stage.Name}", ["option", "value", "from"],
            stage.Stage.Options.Select(option => (IReadOnlyList<Html>)
            [
                Html.Text(option.Key), Html.Text(option.Value?.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }).Trim('"') ?? "none"),
                Html.Text(stage.Stage.Places.GetValueOrDefault(option.Key, "default")),
            ]), 1, 2)));
        return new Section("config", "Resolved config", Html.Of($"<p>Every property expanded, every default applied. Number format {run.Pipeline.Dtype}, device {run.Pipeline.Device}.</p>{stages}"), []);
    }

    public static Section Environment(RunRecord run)
    {
        var request = run.Request;
        var command = string.Join(' ', new[] { "tlpipe run", request.Config }
            .Concat(request.Properties.Select(p => $"-p {p}")).Concat(request.Targets.Select(t => $"-t {t}")).Concat(request.Forced.Select(f => $"--force {f}")));
        List<(string, string)> facts =
        [
            ("command", command),
            ("started", request.Started.ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)),
            ("machine", request.Host),
            ("tlpipe", request.Version),
            ("store", run.Store.Root),
        ];
        // Reused results may have been computed elsewhere, by other versions.
        var groups = run.Stages.Select(stage => stage.Result?.Provenance).OfType<Provenance>()
            .GroupBy(p => (p.Host, p.Device, p.Threads, p.Version, Libraries: string.Join(", ", p.Libraries.OrderBy(l => l.Key, StringComparer.Ordinal).Select(l => $"{l.Key} {l.Value}"))))
            .OrderByDescending(group => group.Count());
        var made = Section.Table("Where the results were computed", ["results", "machine", "device", "threads", "tlpipe", "libraries"], groups.Select(group => (IReadOnlyList<Html>)
        [
            Html.Of($"{group.Count()}"), Html.Text(group.Key.Host), Html.Text(group.Key.Device), Html.Of($"{group.Key.Threads}"), Html.Text(group.Key.Version), Html.Text(group.Key.Libraries),
        ]), 1, 2, 4, 5);
        return new Section("environment", "Environment", Html.Of($"<dl>{facts.Select(fact => Html.Of($"<dt>{fact.Item1}</dt><dd>{fact.Item2}</dd>"))}</dl><h3>Where the results were computed</h3>{made}"), []);
    }
}
