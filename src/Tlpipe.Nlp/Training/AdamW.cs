// AdamW with gradient clipping, over all parameters at once.
using System.Text.RegularExpressions;
using Tlpipe.Nlp.Devices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Tlpipe.Nlp.Training;

/// <summary>
/// AdamW (Loshchilov and Hutter, 2019) as PyTorch computes it (docs/hf-parity.md 9.1, 9.2, 9.5). The running means are kept in
/// float32 beside the parameters. No call waits for the device, except where fp16 gradients have to be checked.
/// </summary>
public sealed partial class AdamW : IDisposable
{
    // TorchSharp wraps none of these operators that take lists; TorchScript reaches them.
    private const string Operators = """
        def norm(grads: List[Tensor]):
            return torch.linalg_vector_norm(torch.stack(torch._foreach_norm(grads, 2)), 2)

        def clip(grads: List[Tensor], total: Tensor, max_norm: float):
            torch._foreach_mul_(grads, torch.clamp(max_norm / (total + 1e-6), max=1.0))

        def unscale(grads: List[Tensor], found: Tensor, inverse: Tensor):
            torch._amp_foreach_non_finite_check_and_unscale_(grads, found, inverse)

        def update(params: List[Tensor], grads: List[Tensor], m: List[Tensor], v: List[Tensor], steps: List[Tensor], lr: float, beta1: float, beta2: float, decay: float, eps: float):
            torch._fused_adamw_(params, grads, m, v, [], steps, lr=lr, beta1=beta1, beta2=beta2, weight_decay=decay, eps=eps, amsgrad=False, maximize=False)

        """;

    private readonly torch.jit.CompilationUnit operators = torch.jit.compile(Operators);
    private readonly TrainingArguments arguments;
    private readonly bool fused;
    private readonly List<(string Name, Parameter Parameter)> parameters;
    private readonly Group[] groups;

    // A count of updates serves all parameters that begin to be trained together.
    private readonly SortedDictionary<int, Tensor> steps = [];

    /// <param name="parameters">What is trained, by name, in the model's order.</param>
    /// <param name="arguments">Weight decay, betas and epsilon count, and the norm to clip to.</param>
    /// <param name="fused">False computes the same tensor by tensor, slowly; tests compare the two.</param>
    /// <param name="rates">By name: what the learning rate is multiplied by, and the epoch in which training begins. Default: 1 and 0 for all.</param>
    public AdamW(
        IEnumerable<(string Name, Parameter Parameter)> parameters, TrainingArguments arguments, bool fused = true, Func<string, (double Factor, int Begins)>? rates = null)
    {
        this.parameters = parameters.ToList();
        this.arguments = arguments;
        this.fused = fused;
        using var keep = NewDisposeScope();
        groups = [.. this.parameters.GroupBy(p => (Decays: Decays(p.Name), Rate: rates?.Invoke(p.Name) ?? (1, 0))).Select(members =>
        {
            if (!steps.TryGetValue(members.Key.Rate.Begins, out var count))
                steps[members.Key.Rate.Begins] = count = this.parameters[0].Parameter.new_zeros(1).DetachFromDisposeScope();
            return new Group(members, members.Key.Decays ? arguments.WeightDecay : 0, members.Key.Rate.Factor, count);
        })];
    }

    /// <summary>Whether weight decay applies to a parameter of this name: not to biases or normalisations.</summary>
    public static bool Decays(string name) => !WithoutDecay().IsMatch(name);

    /// <summary>
    /// The state by name: <c>step</c> (<c>step.N</c> of what begins in epoch N), and <c>exp_avg.</c> and <c>exp_avg_sq.</c> followed by each parameter's name.
    /// </summary>
    public IEnumerable<(string Name, Tensor Tensor)> State => steps.Select(count => (count.Key == 0 ? "step" : $"step.{count.Key}", count.Value)).Concat(groups
        .SelectMany(g => g.Names.Index().SelectMany(n => new[] { ($"exp_avg.{n.Item}", g.Means[n.Index]), ($"exp_avg_sq.{n.Item}", g.Squares[n.Index]) })));

    /// <summary>Divides all gradients by the loss's scale.</summary>
    /// <returns>Whether all of them are finite; knowing it waits for the device.</returns>
    public bool Unscale(double scale)
    {
        using var scope = NewDisposeScope();
        using var without = no_grad();
        var any = parameters[0].Parameter;
        var found = any.new_zeros(1);
        var inverse = any.new_zeros(Array.Empty<long>()).Fill((float)(1 / scale));
        operators.invoke("unscale", Gradients(Trained), found, inverse);
        return found.item<float>() == 0;
    }

    /// <summary>Clips the gradients and updates the parameters with them; parameters without gradients stay as they are, and so do their means.</summary>
    /// <returns>The gradients' L2 norm before clipping, a scalar on the device; null where nothing is clipped.</returns>
    public Tensor? Step(double learningRate)
    {
        using var scope = NewDisposeScope();
        using var without = no_grad();
        Tensor? norm = null;
        if (arguments.MaxGradNorm > 0)
        {
            var gradients = Gradients(Trained);
            norm = (Tensor)operators.invoke("norm", [gradients]);
            var numbers = Arithmetic.Scalars(arguments.MaxGradNorm);
            operators.invoke("clip", gradients, norm, numbers[0]);
            GC.KeepAlive(numbers);
        }
        var updated = groups.Where(g => g.Parameters[0].requires_grad).ToList();
        foreach (var count in updated.Select(g => g.Steps).Distinct())
            count.Increment();
        foreach (var group in updated)
        {
            if (fused)
                FusedUpdate(group, learningRate * group.RateFactor);
            else
                PlainUpdate(group, learningRate * group.RateFactor);
        }
        return norm?.MoveToOuterDisposeScope();
    }

    /// <summary>Forgets all gradients.</summary>
    public void ForgetGradients()
    {
        foreach (var (_, parameter) in parameters)
            parameter.grad = null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, tensor) in State)
            tensor.Dispose();
        operators.Dispose();
    }

    private IEnumerable<Tensor> Trained => parameters.Where(p => p.Parameter.requires_grad).Select(p => (Tensor)p.Parameter);

    private void FusedUpdate(Group group, double learningRate)
    {
        var numbers = Arithmetic.Scalars(learningRate, arguments.AdamBeta1, arguments.AdamBeta2, group.Decay, arguments.AdamEpsilon);
        operators.invoke(
            "update",
            [
                group.Parameters, Gradients(group.Parameters), group.Means, group.Squares, Enumerable.Repeat(group.Steps, group.Names.Count).ToArray(), .. numbers,
            ]);
        GC.KeepAlive(numbers);
    }

    private void PlainUpdate(Group group, double learningRate)
    {
        var (beta1, beta2, t) = (arguments.AdamBeta1, arguments.AdamBeta2, group.Steps.item<float>());
        foreach (var (i, gradient) in Gradients(group.Parameters).Index())
        {
            var (parameter, mean, square) = (group.Parameters[i], group.Means[i], group.Squares[i]);
            var numbers = Arithmetic.Scalars(
                1 - learningRate * group.Decay, beta1, 1 - beta1, beta2, 1 - beta2, arguments.AdamEpsilon, 1, -learningRate / (1 - Math.Pow(beta1, t)));
            parameter.mul_(numbers[0]);
            mean.mul_(numbers[1]).add_(gradient, numbers[2]);
            square.mul_(numbers[3]).addcmul_(gradient, gradient, numbers[4]);
            var denominator = square.sqrt().Over(Math.Sqrt(1 - Math.Pow(beta2, t))).add_(numbers[5], numbers[6]);
            parameter.addcdiv_(mean, denominator, numbers[7]);
            GC.KeepAlive(numbers);
        }
    }

    // A micro-batch without a masked position gives no gradient; PyTorch would give zeros, and still decay.
    private static Tensor[] Gradients(IEnumerable<Tensor> parameters) => parameters.Select(p => p.grad ?? (p.grad = zeros_like(p))).ToArray();

    [GeneratedRegex(@"bias|layernorm|rmsnorm|(^|\.)norm($|\.)|_norm($|\.)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex WithoutDecay();

    private sealed class Group
    {
        public Group(IEnumerable<(string Name, Parameter Parameter)> parameters, double decay, double rateFactor, Tensor steps)
        {
            (Decay, RateFactor, Steps) = (decay, rateFactor, steps);
            var members = parameters.ToList();
            Names = members.ConvertAll(p => p.Name);
            Parameters = members.Select(p => (Tensor)p.Parameter).ToArray();
            Means = Parameters.Select(Zeros).ToArray();
            Squares = Parameters.Select(Zeros).ToArray();
        }

        public List<string> Names { get; }

        public Tensor[] Parameters { get; }

        public Tensor[] Means { get; }

        public Tensor[] Squares { get; }

        public double Decay { get; }

        public double RateFactor { get; }

        /// <summary>Updates so far, of one element; shared with the groups that begin together.</summary>
        public Tensor Steps { get; }

        private static Tensor Zeros(Tensor parameter) => zeros_like(parameter, requires_grad: false).DetachFromDisposeScope();
    }
}
