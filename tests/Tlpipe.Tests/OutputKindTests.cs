// What built-in stages say of the content of their outputs and inputs.
using Tlpipe.Engine.Options;
using Tlpipe.Stages;

namespace Tlpipe.Tests;

public sealed class OutputKindTests
{
    [Fact]
    public void Every_output_says_what_it_holds_and_every_reference_what_it_takes()
    {
        var outputs = StageKinds.Catalog.Kinds.SelectMany(kind => kind.Outputs.Where(output => output.Kind is null).Select(output => $"{kind.Kind}:{output.Name}"));
        var references = StageKinds.Catalog.Kinds.SelectMany(kind => References(kind.Options, kind.Kind)).Where(reference => reference.Takes.Count == 0).Select(reference => reference.Name);

        Assert.Empty(outputs);
        // A file of any output can be a table's.
        Assert.Equal(["read-table.file"], references);
    }

    [Fact]
    public void What_a_reference_takes_some_stage_makes()
    {
        var made = StageKinds.Catalog.Kinds.SelectMany(kind => kind.Outputs).Select(output => output.Kind).ToHashSet();

        Assert.All(StageKinds.Catalog.Kinds.SelectMany(kind => References(kind.Options, kind.Kind)), reference => Assert.All(reference.Takes, kind => Assert.Contains(kind, made)));
    }

    private static IEnumerable<(string Name, IReadOnlyList<string> Takes)> References(OptionModel model, string owner) => model.Options.SelectMany(option =>
        (option.Type.Record ?? option.Type.Element?.Record) is { } record ? References(record, $"{owner}.{option.Name}")
        : option.Type.HoldsInputs ? [($"{owner}.{option.Name}", option.Takes)]
        : []);
}
