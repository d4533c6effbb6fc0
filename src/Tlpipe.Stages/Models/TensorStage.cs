// Shared by the stages that compute with tensors: the device, the number format, and rows of tokens.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Options;
using Tlpipe.Engine.Stages;
using Tlpipe.Formats;
using Tlpipe.Nlp.Devices;
using Tlpipe.Nlp.Training;
using Tlpipe.Stages.Tokens;
using Tlpipe.Text.Tokenizers;

namespace Tlpipe.Stages.Models;

/// <summary>Between a stage's run and tensors.</summary>
internal static class TensorStage
{
    /// <summary>The device of a run; when a training resumes, the checkpoint's number of threads is restored.</summary>
    public static ComputeDevice OpenDevice(this StageRun run)
    {
        var device = Opened(run);
        run.ComputesOn(device.Name);
        run.Report(new Note($"on {device.Name} in {run.Dtype}"));
        return device;
    }

    private static ComputeDevice Opened(StageRun run)
    {
        try
        {
            return ComputeDevice.Open(run.Device, run.Threads);
        }
        catch (InputException e)
        {
            throw new PipelineException(null, ErrorCode.Device, e.Message);
        }
    }

    /// <summary>The number format of a run.</summary>
    public static ComputeType ComputeType(this StageRun run) => Enum.Parse<ComputeType>(run.Dtype, ignoreCase: true);

    /// <summary>The tokens of a reference, which have to be of the model's vocabulary; with an objective, their answers are checked against it.</summary>
    public static TokenRows ReadTokens(this StageRun run, Input input, Input model, ClassifierObjective? objective = null, int numLabels = 0)
    {
        VocabularyFact.Check(run, input, model);
        var rows = TokenRows.Load(run.Read(input).Folder);
        if (rows.Count == 0)
            throw new InputException($"'{input.Stage}' has no rows; check the selection that made it");
        objective?.Check(rows, $"'{input.Stage}'", numLabels);
        return rows;
    }
}
