// A config in a folder of its own, loaded as if the user worked in that folder.
using Tlpipe.Engine.Config;
using Tlpipe.Engine.Diagnostics;

namespace Tlpipe.Engine.Tests.Config;

/// <summary>The config <c>c.yaml</c> in a temporary folder, which is also the current folder.</summary>
internal sealed class ConfigFile : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public ConfigFile(string yaml) => File.WriteAllText(folder["c.yaml"], yaml);

    public string Folder => folder.Path;

    /// <summary>Writes another file beside it.</summary>
    public void Write(string name, string yaml) => File.WriteAllText(folder[name], yaml);

    /// <summary>Loads text that has no mistakes.</summary>
    public static Pipeline Load(string yaml, params (string, string)[] overrides)
    {
        using var file = new ConfigFile(yaml);
        return file.Load(overrides);
    }

    /// <summary>The stages of a config that has nothing else.</summary>
    public static Pipeline LoadStages(string stages, params (string, string)[] overrides) => Load("stages:\n" + stages, overrides);

    /// <summary>The lines that the user would see.</summary>
    public static string[] Errors(string yaml, params (string, string)[] overrides)
    {
        var problem = Assert.Throws<PipelineException>(() => Load(yaml, overrides));
        return [.. problem.Diagnostics.Select(diagnostic => diagnostic.ToString())];
    }

    public Pipeline Load(params (string, string)[] overrides) => Pipeline.Load("c.yaml", overrides, Sample.Catalog, folder.Path);

    public void Dispose() => folder.Dispose();
}
