"""The update equation of every optimizer, along x, with the numbers of the last update in it."""

from __future__ import annotations

FIRST = (
    (
        "SGD goes straight down, as far as the slope is steep.",
        r"\Delta = -\alpha g, \quad \cell{change_x.sgd} = -\alpha \cdot \cell{gradient_x.sgd}",
    ),
    (
        "Momentum remembers: m adds up the gradients, and older ones fade by beta; Nesterov's adds g once more.",
        r"m \leftarrow \beta m + g = \cell{m_x.momentum}, \quad \Delta = \cell{change_x.momentum} = -\alpha m, \quad "
        r"\text{Nesterov: } \Delta = -\alpha (g + \beta m)",
    ),
    (
        "Adam divides the mean gradient by its own size, so that each coordinate moves by about the learning rate; "
        "both means start at zero and are corrected for it.",
        r"m \leftarrow \beta_1 m + (1 - \beta_1) g = \cell{m_x.adam}, \quad "
        r"v \leftarrow \beta_2 v + (1 - \beta_2) g^2 = \cell{v_x.adam}, \quad "
        r"\hat{m} = \frac{m}{1 - \beta_1^t} = \cell{m_hat_x.adam}, \quad "
        r"\hat{v} = \frac{v}{1 - \beta_2^t} = \cell{v_hat_x.adam}, \quad "
        r"\Delta = -\alpha \frac{\hat{m}}{\sqrt{\hat{v}} + \epsilon} = \cell{change_x.adam}",
    ),
)

OTHERS = (
    (
        "RMSprop divides the gradient by the root of its mean square.",
        r"v \leftarrow \rho v + (1 - \rho) g^2 = \cell{v_x.rmsprop}, \quad "
        r"\Delta = -\alpha \frac{g}{\sqrt{v} + \epsilon} = \cell{change_x.rmsprop}",
    ),
    (
        "Adagrad divides by the root of the sum of all squares: its steps only shrink.",
        r"v \leftarrow v + g^2 = \cell{v_x.adagrad}, \quad "
        r"\Delta = -\alpha \frac{g}{\sqrt{v} + \epsilon} = \cell{change_x.adagrad}",
    ),
    (
        "AdamW is Adam that also shrinks the point itself, by the weight decay lambda.",
        r"\Delta = -\alpha \lambda x - \alpha \frac{\hat{m}}{\sqrt{\hat{v}} + \epsilon} = \cell{change_x.adamw}, \quad "
        r"\hat{m} = \cell{m_hat_x.adamw}, \quad \hat{v} = \cell{v_hat_x.adamw}",
    ),
    (
        "NAdam looks ahead: it mixes the next momentum with the gradient; mu grows towards beta 1.",
        r"\Delta = -\alpha \frac{\frac{\mu_{t+1} m}{1 - \prod_{i \le t+1} \mu_i} + "
        r"\frac{(1 - \mu_t) g}{1 - \prod_{i \le t} \mu_i}}{\sqrt{\hat{v}} + \epsilon} = \cell{change_x.nadam}, \quad "
        r"m = \cell{m_x.nadam}, \quad \hat{v} = \cell{v_hat_x.nadam}",
    ),
    (
        "RAdam is Adam without the divisor in its first steps, and with a factor r that grows to 1.",
        r"\Delta = -\alpha r \frac{\hat{m}}{\sqrt{\hat{v}} + \epsilon} = \cell{change_x.radam}, \quad "
        r"\hat{m} = \cell{m_hat_x.radam}, \quad \hat{v} = \cell{v_hat_x.radam}",
    ),
    (
        "Adamax divides by the largest gradient, which fades, instead of a mean square.",
        r"v \leftarrow \max(\beta_2 v, |g|) = \cell{v_x.adamax}, \quad "
        r"\Delta = -\alpha \frac{\hat{m}}{v} = \cell{change_x.adamax}, \quad \hat{m} = \cell{m_hat_x.adamax}",
    ),
    (
        "Adadelta measures its steps in its own past steps, whose mean square is d.",
        r"v \leftarrow \rho v + (1 - \rho) g^2 = \cell{v_x.adadelta}, \quad "
        r"\Delta = -\alpha \sqrt{\frac{d + \epsilon}{v + \epsilon}} \, g = \cell{change_x.adadelta}, \quad "
        r"d \leftarrow \rho d + (1 - \rho) \left(\frac{\Delta}{\alpha}\right)^2 = \cell{d_x.adadelta}",
    ),
    (
        "Rprop heeds the gradient's sign alone: its step s grows while the sign stays; where it turns, s shrinks and "
        "the point waits for one step.",
        r"s = \cell{s_x.rprop}, \quad \Delta = -s \operatorname{sign}(g) = \cell{change_x.rprop}, \quad "
        r"g \leftarrow 0 \text{ where its sign has turned}",
    ),
    (
        "ASGD is SGD whose rate s fades, and which averages the points on the side.",
        r"\Delta = -s (g + \lambda x) = \cell{change_x.asgd}, \quad s = \cell{s_x.asgd}",
    ),
    (
        "Adafactor clips the scaled gradient u to size 1, and measures its step by the point's own size.",
        r"v \leftarrow \beta_{2,t} v + (1 - \beta_{2,t}) g^2 = \cell{v_x.adafactor}, \quad "
        r"u = \frac{g}{\sqrt{v}}, \quad "
        r"\Delta = -\alpha_t \frac{u}{\max(1, \operatorname{rms}(u))} = \cell{change_x.adafactor}",
    ),
)

BOWL = (
    (
        "On a bowl of curvature lambda the error of SGD shrinks by the factor |1 - rate · lambda| a step: above "
        "2 / lambda it grows. With momentum the limit is higher, with Nesterov's momentum lower.",
        r"\alpha < \frac{2 (1 + \beta)}{\lambda_{\max}}, \quad "
        r"\text{Nesterov: } \alpha < \frac{2 (1 + \beta)}{(1 + 2 \beta) \lambda_{\max}}",
    ),
    (
        "Every rate and momentum: the factor is the largest |eigenvalue| of one step, over both axes.",
        r"\rho = \max_{\lambda} \left| \operatorname{eig} \left( \begin{matrix} 1 + \beta - \alpha \lambda & -\beta \\ "
        r"1 & 0 \end{matrix} \right) \right| = \cell{theory.own}, \quad \text{measured } \cell{factor.own}",
    ),
    (
        "The best pair (Polyak, 1964), for the condition number k.",
        r"\alpha = \left( \frac{2}{\sqrt{\lambda_{\min}} + \sqrt{\lambda_{\max}}} \right)^2 = \cell{rate.best}, \quad "
        r"\beta = \left( \frac{\sqrt{k} - 1}{\sqrt{k} + 1} \right)^2 = \cell{beta.best}, \quad "
        r"\rho = \frac{\sqrt{k} - 1}{\sqrt{k} + 1} = \cell{theory.best}, \quad \text{measured } \cell{factor.best}",
    ),
)

MATHS = (*FIRST, *BOWL, *OTHERS)
