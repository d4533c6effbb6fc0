// How one computation handles its request.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Execution;
using Tlpipe.Engine.Identity;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Tests.Execution;

public sealed class StageExecutionTests : IDisposable
{
    private static readonly StageCatalog Catalog = StageCatalog.Of(typeof(SayStage), typeof(ChangeStage), typeof(CountStage));
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_result_is_published_under_its_document()
    {
        var said = Say("hello world");

        var changed = Execute(Change(said, said.Outputs["text"].Digest));

        Assert.Equal(said.Outputs["text"].Digest, changed.Document.Inputs["from"]);
        Assert.Equal(changed.Key, ResultStore.Open(StorePath).Find(changed.Key)?.Key);
    }

    [Fact]
    public void An_input_that_is_no_longer_the_one_in_the_key_gives_no_result()
    {
        var said = Say("hello world");
        var request = Change(said, new string('0', 64));

        Assert.Throws<DamagedResultException>(() => Execute(request));

        Assert.Null(ResultStore.Open(StorePath).Find(request.Document.Key));
    }

    [Fact]
    public void A_stage_of_another_version_than_the_one_in_the_key_does_not_run()
    {
        var said = Say("hello world");
        var request = Change(said, said.Outputs["text"].Digest);
        request = request with { Document = request.Document with { Version = 2 } };

        var mistake = Assert.Throws<PipelineException>(() => Execute(request));

        Assert.Contains("run again", Assert.Single(mistake.Diagnostics).Message);
    }

    [Fact]
    public void The_record_says_at_which_steps_a_computation_went_on_and_neither_key_nor_output_does()
    {
        var request = Request(typeof(CountStage), new CountOptions { To = 9 }, [], []);
        Assert.Throws<OperationCanceledException>(() => Execute(request));
        Assert.Throws<OperationCanceledException>(() => Execute(request));

        var resumed = Execute(request);

        Assert.Equal([3, 6], resumed.Provenance.ResumedAtSteps);
        Assert.Equal([3, 6], ResultStore.Open(StorePath).Find(resumed.Key)!.Provenance.ResumedAtSteps);
        var said = Say("9");
        Assert.Equal(said.Outputs["text"].Digest, resumed.Outputs["text"].Digest);
        Assert.Empty(said.Provenance.ResumedAtSteps);
        Assert.False(Directory.Exists(Path.Combine(StorePath, "partial", resumed.Key)));
    }

    private string StorePath => folder["store"];

    private StoredResult Say(string text) => Execute(Request(typeof(SayStage), new SayOptions { Text = text }, [], []));

    private StageRequest Change(StoredResult said, string digest) => Request(
        typeof(ChangeStage), new ChangeOptions { From = new Input("greeting", "text", null) }, new() { ["from"] = digest }, new() { ["greeting"] = said.Key });

    private StageRequest Request(Type stage, object options, Dictionary<string, string> inputs, Dictionary<string, string> inputKeys)
    {
        var kind = StageKind.Of(stage);
        var document = new KeyDocument
        {
            Stage = kind.Kind,
            Version = kind.Version,
            Options = OptionsDocument.Write(kind.Options, options, executionOnly: false),
            Inputs = inputs,
        };
        return new StageRequest(
            "it",
            StorePath,
            document,
            OptionsDocument.Write(kind.Options, options, executionOnly: false, references: true),
            OptionsDocument.Write(kind.Options, options, executionOnly: true),
            inputKeys,
            "cpu",
            "fp32",
            Threads: 1,
            TimeSpan.FromMinutes(5),
            Force: false);
    }

    private static StoredResult Execute(StageRequest request) =>
        new StageExecution(Catalog, new Dictionary<string, string>(), _ => { }).Execute(request, CancellationToken.None);
}
