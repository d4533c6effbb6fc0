// Which evaluation is the best so far, and whether to go on.
namespace Tlpipe.Nlp.Training;

/// <summary>
/// Trainer's choice of the best model (hf-parity.md 13.2) and its early stopping (10.13): only what is strictly better wins,
/// so that of equals the earliest stays, and a NaN never does.
/// </summary>
internal sealed class BestModel(TrainingArguments arguments)
{
    /// <summary>The best evaluation; null while there is none.</summary>
    public BestEvaluation? Best { get; private set; }

    /// <summary>The best figure, an infinity once there was an evaluation but no number; null before the first.</summary>
    public double? Metric { get; private set; }

    /// <summary>Evaluations since the last that was better by the threshold.</summary>
    public int Patience { get; private set; }

    /// <summary>Whether patience is at its end.</summary>
    public bool IsTimeToStop => arguments.EarlyStoppingPatience is { } patience && Patience >= patience;

    /// <summary>Takes an evaluation in.</summary>
    /// <returns>Whether it is the best so far.</returns>
    public bool Consider(EvalLogEntry evaluation)
    {
        var value = evaluation.Figures[arguments.BestMetric];
        Patience = Metric is not { } best || (IsBetter(value, best) && Math.Abs(value - best) > arguments.EarlyStoppingThreshold) ? 0 : Patience + 1;
        Metric ??= arguments.MoreIsBetter ? double.NegativeInfinity : double.PositiveInfinity;
        if (!IsBetter(value, Metric.Value))
            return false;
        Metric = value;
        Best = new BestEvaluation(evaluation.Epoch, evaluation.Step, value);
        return true;
    }

    public void Restore(BestEvaluation? best, double? metric, int patience) => (Best, Metric, Patience) = (best, metric, patience);

    private bool IsBetter(double value, double than) => arguments.MoreIsBetter ? value > than : value < than;
}
